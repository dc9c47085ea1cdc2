import { fileURLToPath } from 'node:url';

/** What starts this program anew: our main file, as source or as built, under the Node that runs. */
export function sluiceCommand(): readonly [string, string] {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return [process.execPath, fileURLToPath(new URL(`./main.${extension}`, import.meta.url))];
}
