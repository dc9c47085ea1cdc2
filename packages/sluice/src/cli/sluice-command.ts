import { fileURLToPath } from 'node:url';

/** Command that starts this program again: our main file, as source or as built, under the current Node. */
export function sluiceCommand(): readonly [string, string] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return [process.execPath, fileURLToPath(new URL(`./main.${extension}`, import.meta.url))];
}
