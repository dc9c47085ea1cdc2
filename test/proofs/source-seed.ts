import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../src');

/** A number that stands for the product's sources as they are, without their tests; the same on every machine. */
export function sourceSeed(): number {
  const digest = createHash('sha256');
  const files = globSync('**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  for (const file of files.toSorted()) digest.update(file).update(readFileSync(join(root, file)));
  return digest.digest().readUInt32BE() >>> 1;
}
