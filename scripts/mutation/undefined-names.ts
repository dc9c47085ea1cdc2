import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editsOf } from './guard.ts';
import type { Guard } from './guard.ts';
import { applyEdit } from './write-mutant.ts';

/** Names and properties that do not exist: a pass would end with a ReferenceError, and any test would notice that. */
const undefinedCodes = /error TS(?:2304|2552|2448|2454|1\d{3}):/;

/** Type checks all mutants at once, as many together as do not overlap. Lines of the compiler, none when all is well. */
export async function undefinedNames(folder: string, guards: readonly Guard[]): Promise<readonly string[]> {
  const found: string[] = [];
  let rest = guards.flatMap((guard) => editsOf(guard));
  while (rest.length > 0) {
    const before = new Map<string, string>();
    const later: typeof rest = [];
    for (const edit of rest) {
      const file = join(folder, edit.file);
      const text = readFileSync(file, 'utf8');
      if (!before.has(file)) before.set(file, text);
      const mutant = applyEdit(text, edit);
      if (mutant === undefined) later.push(edit);
      else writeFileSync(file, mutant);
    }
    const tsc = join(folder, 'node_modules/typescript/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '--noEmit', '-p', folder], { encoding: 'utf8' });
    found.push(...stdout.split('\n').filter((line) => undefinedCodes.test(line)));
    for (const [file, text] of before) writeFileSync(file, text);
    // What is stale fits in no round.
    if (later.length === rest.length) break;
    rest = later;
  }
  return found;
}
