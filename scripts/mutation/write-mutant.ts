import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editsOf } from './guard.ts';
import type { Edit, Guard } from './guard.ts';

/** Takes the guard away; the answer puts it back, or says why it could not be taken. */
export function writeMutant(folder: string, guard: Guard): string | (() => void) {
  const before = new Map<string, string>();
  const undo = (): void => {
    for (const [file, text] of before) writeFileSync(file, text);
  };
  for (const edit of editsOf(guard)) {
    const file = join(folder, edit.file);
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text !== '' && !before.has(file)) before.set(file, text);
    const mutant = applyEdit(text, edit);
    if (mutant === undefined) {
      undo();
      return `its text does not stand once in ${edit.file}`;
    }
    writeFileSync(file, mutant);
  }
  return undo;
}

export const applyEdit = (source: string, { text, without }: Edit): string | undefined =>
  source.split(text).length === 2 ? source.replace(text, () => without) : undefined;
