import { sameJson } from '@sluice/lib/json/merge.ts';
import { fitStatus } from '../../rules/run/fit-status.ts';
import { dropOrphans } from '../tell/deliver.ts';
import { fillOutbox } from '../tell/fill-outbox.ts';
import { finishDraft } from './finish-draft.ts';
import type { Recorded, Recording } from './recording.ts';
import { writeStatus } from './write-status.ts';

/** Milliseconds that a minor change may wait for the next decision, to be written with it. */
const quietMs = 1_000;

/**
 * Writes the draft when it decided or announces something; anything else (an acknowledgement, another wait) is written
 * once it has lasted, so that it leaves with the next decision if there is one.
 */
export async function record(recording: Recording): Promise<Recorded> {
  const { draft, seen, memory, deps } = recording;
  // guard: hooks-that-are-gone-leave-the-outbox
  dropOrphans(recording, deps);
  finishDraft(recording);
  const urgent = recording.decided || draft.announcements.length > 0;
  if (urgent) fillOutbox(recording, deps);
  // guard: status-fits
  draft.status = fitStatus(draft.status);
  if (sameJson(draft.status, seen.canary.status ?? {})) {
    memory.quietSince = undefined;
    return { outcome: 'unchanged' };
  }
  memory.quietSince ??= seen.now;
  const dueAt = memory.quietSince + quietMs;
  // guard: words-of-waiting-do-not-hurry
  if (!urgent && seen.now < dueAt) return { outcome: 'later', dueAt };
  const outcome = await writeStatus(deps, memory.book, seen.raw, draft.status, recording.signal);
  if (outcome === 'written') memory.quietSince = undefined;
  return { outcome };
}
