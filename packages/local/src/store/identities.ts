import { randomBytes, randomUUID } from 'node:crypto';

/** Source of unique values for new objects. */
export interface Identities {
  uid(): string;
  /** Five letters that complete a `generateName`. */
  suffix(): string;
}

// The real server's alphabet, without vowels and similar characters.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Maps whole numbers to letters. */
export const lettersOf = (numbers: Iterable<number>): string =>
  Array.from(numbers, (number) => alphabet[number % alphabet.length]).join('');

export const randomIdentities: Identities = {
  uid: () => randomUUID(),
  suffix: () => lettersOf(randomBytes(5)),
};
