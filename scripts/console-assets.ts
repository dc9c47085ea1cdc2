import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = 'packages/sluice/src/console/assets';

/** The style and the script of the console as JSON: a bundle takes that along, and no program has to find files beside it. */
export function readAssets(root: string): string {
  const read = (file: string): string => withoutComments(readFileSync(join(root, folder, file), 'utf8'));
  return `${JSON.stringify({ style: read('console.css'), script: read('console.js') + read('keys.js') }, null, 2)}\n`;
}

/** Lines of comments are for those who read the sources. */
const withoutComments = (text: string): string =>
  text
    .replaceAll(/^ *\/\*[\s\S]*?\*\/\n/gm, '')
    .replaceAll(/^ *\/\/.*\n/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trimStart();
