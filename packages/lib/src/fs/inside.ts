import { isAbsolute, join, normalize, sep } from 'node:path';
import { SluiceError } from '../errors/sluice-error.ts';

/** A name from outside would have led out of its folder. */
export class PathError extends SluiceError {
  override readonly name = 'PathError';
}

/**
 * The path of `name` below `folder`. Every path with a name from outside is made here. A name may have several
 * elements (`a/b.txt`). Throws `PathError` for one that is empty, absolute, the folder itself, or leads out of it.
 */
export function inside(folder: string, name: string): string {
  const path = normalize(name);
  const elements = path.split(sep);
  // guard: a-name-stays-in-its-folder
  if (
    isAbsolute(name) ||
    path === '.' ||
    path === `.${sep}` ||
    elements.includes('..') ||
    name.includes('\0')
  )
    throw new PathError(
      `${JSON.stringify(name.slice(0, 200))} is no name below a folder: write a relative path without ".."`,
    );
  return join(folder, path);
}
