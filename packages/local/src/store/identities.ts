import { randomBytes, randomUUID } from 'node:crypto';

/** Where new objects get what nobody else has. */
export interface Identities {
  uid(): string;
  /** Five letters that complete a `generateName`. */
  suffix(): string;
}

// The real server's: no vowels and no look-alikes.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** The letters that whole numbers stand for. */
export const lettersOf = (numbers: Iterable<number>): string =>
  Array.from(numbers, (number) => alphabet[number % alphabet.length]).join('');

export const randomIdentities: Identities = {
  uid: () => randomUUID(),
  suffix: () => lettersOf(randomBytes(5)),
};
