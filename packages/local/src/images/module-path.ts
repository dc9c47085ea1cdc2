import { fileURLToPath } from 'node:url';

/** Our own module as a file for another Node process: `.ts` when run from source, `.js` when built. */
export function modulePath(relative: string): string {
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return fileURLToPath(new URL(`${relative}${extension}`, import.meta.url));
}
