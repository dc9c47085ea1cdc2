import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { inside } from '@sluice/lib/fs/inside.ts';

/**
 * Makes the folder of `user` (a uid) for gates below `parent`, which others may write to, such as /tmp. Write access to
 * a gate's file lets a release pass: throws `SluiceError` for a link, or for what belongs to somebody else.
 */
export function gatesFolder(parent: string, user: number | undefined): string {
  const folder = inside(parent, `sluice-gates-${user ?? 0}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (cause) {
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined)
      throw new SluiceError(`${folder} cannot be made. Name another file with -state-file.`, { cause });
  }
  const found = lstatSync(folder);
  // guard: gates-are-in-a-folder-of-their-user
  if (!found.isDirectory() || (user !== undefined && found.uid !== user))
    throw new SluiceError(
      `${folder} is not a folder of uid ${user ?? 0}, so others could open gates. Remove it, or name another file with -state-file.`,
    );
  chmodSync(folder, 0o700);
  return folder;
}
