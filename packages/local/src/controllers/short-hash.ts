import { hash } from 'node:crypto';
import { canonicalJson } from '@sluice/lib/json/canonical-json.ts';

// Without vowels and digits that look like them, as Kubernetes does, so that no words come out.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short text that stands for the value in names and labels. */
export function shortHash(value: unknown, length = 10): string {
  const digest = hash('sha256', canonicalJson(value), 'buffer');
  return [...digest.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
