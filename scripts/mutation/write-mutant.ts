import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeAway } from './take-away.ts';

/** Writes the mutant of a guard into a copy of the project. Returns its undo, or the problem. */
export function writeMutant(folder: string, name: string, files: Iterable<string>): string | (() => void) {
  const before = new Map<string, string>();
  const undo = (): void => {
    for (const [path, text] of before) writeFileSync(path, text);
  };
  for (const file of files) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const mutant = takeAway(file, text, name);
    if ('problem' in mutant) {
      undo();
      return mutant.problem;
    }
    before.set(path, text);
    writeFileSync(path, mutant.text);
  }
  return before.size === 0 ? 'no marker has this name' : undo;
}
