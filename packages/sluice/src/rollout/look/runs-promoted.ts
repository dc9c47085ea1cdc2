import { primaryRevision } from '../../rules/run/revision.ts';
import type { Seen } from '../seen.ts';

/** Whether the primary was last given the revision that was last promoted. One that we did not make counts as such. */
export function runsPromoted({ primary }: Seen, promoted: string | undefined): boolean {
  if (primary === undefined) return false;
  const revision = primaryRevision(primary);
  return revision === undefined || promoted === undefined || revision === promoted;
}
