import { lstatSync, type Stats } from 'node:fs';
import { SluiceError } from '../errors/sluice-error.ts';

/**
 * Throws `SluiceError` when `path` is a link that neither `user` (a uid) nor root made: in a shared folder such as /tmp
 * anybody can lay a link where a program writes. A path that does not exist is fine, as is a system without uids.
 */
export function refuseForeignLink(path: string, user: number | undefined): void {
  const found = statOf(path);
  if (user === undefined || found === undefined || !found.isSymbolicLink()) return;
  // guard: links-of-others-are-refused
  if (found.uid !== user && found.uid !== 0)
    throw new SluiceError(
      `${path} is a link that another user (uid ${found.uid}) made: remove it, or name another path`,
    );
}

/** Undefined for a path that cannot be read, which its use reports in its own words. */
function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
