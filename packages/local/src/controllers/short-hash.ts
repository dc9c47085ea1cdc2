import { hash } from 'node:crypto';
import { canonicalJson } from '@sluice/lib/json/canonical-json.ts';

// Lacks vowels and digits that look like them, as in Kubernetes, so that hashes do not form words.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short hash of the value for names and labels. */
export function shortHash(value: unknown, length = 10): string {
  const digest = hash('sha256', canonicalJson(value), 'buffer');
  return [...digest.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
