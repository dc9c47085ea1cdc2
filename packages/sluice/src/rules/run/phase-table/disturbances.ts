import { alive, judged, resting, revocable } from './groups.ts';
import type { Transition } from './transition.ts';

/** Transitions of every place on triggers that may come at any moment. */
export const disturbances: readonly Transition[] = [
  // A newer revision.
  {
    from: resting,
    on: 'new revision',
    when: 'every `confirm-rollout` hook has passed, or there is none',
    to: 'analysing',
    does: 'the target is scaled up, counters start at zero; after a failed promotion the canary keeps the traffic',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'a `confirm-rollout` hook denied or did not answer',
    to: 'waiting',
    does: 'the target goes to zero; until the first answer the phase stays',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'the target is still up, because the primary does not serve',
    to: 'analysing',
    does: 'a normal run: the canary, which has all traffic, is analysed',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'the primary already serves this template, under another revision name',
    to: 'finalising',
    does: 'the revision counts as promoted: no hook is called, no pod restarts',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'the rollout is paused, a freeze is in force, or too many rollouts run',
    to: 'same',
    does: 'nothing starts until that ends; `status.waiting` says what holds it',
  },
  {
    from: revocable,
    on: 'new revision',
    when: 'there is a `confirm-rollout` hook, or a pause or a freeze holds the new run',
    to: 'waiting',
    does: 'a new run starts from its first gate: open questions are cancelled, traffic goes back to the primary',
  },
  {
    from: revocable,
    on: 'new revision',
    when: 'there is none',
    to: 'analysing',
    does: 'a new run starts: open questions are cancelled, traffic goes back to the primary',
  },
  {
    from: ['returning'],
    on: 'new revision',
    to: 'same',
    does: 'the canary runs a revision that was not analysed: all traffic goes to the primary if it serves; the next run starts when this one has ended',
  },
  {
    from: ['undoing', 'finalising'],
    on: 'new revision',
    to: 'same',
    does: 'the next run starts when this one has ended',
  },
  {
    from: ['initializing'],
    on: 'new revision',
    to: 'same',
    does: 'a primary that is not ready within `progressDeadlineSeconds` is built again from the newer revision; until then the newer one waits for its analysis',
  },
  { from: ['new'], on: 'new revision', to: 'same', does: 'the current revision becomes the first one' },
  {
    from: ['terminating'],
    on: 'new revision',
    to: 'same',
    does: 'no analysis any more',
  },
  {
    from: revocable,
    on: 'target put back',
    to: 'finalising',
    does: 'target and primary are equal: nothing is left to promote, the run ends as withdrawn',
  },
  {
    from: [...resting, 'new', 'initializing'],
    on: 'target put back',
    to: 'same',
    does: 'the primary runs this revision already: no run starts',
  },
  {
    from: ['returning', 'undoing', 'finalising', 'terminating'],
    on: 'target put back',
    to: 'same',
    does: 'as any newer revision',
  },

  // Somebody annotates the Canary with sluice.dev/abort.
  {
    from: revocable,
    on: 'abort',
    to: 'failed',
    does: 'at once: open questions are cancelled, then as at the threshold; this revision starts no further run',
  },
  {
    from: ['returning', 'finalising'],
    on: 'abort',
    when: 'the previous version of the primary was kept',
    to: 'undoing',
    does: 'the primary gets its previous template, configuration and ports back; traffic goes to the primary once it serves',
  },
  {
    from: ['returning'],
    on: 'abort',
    when: 'it was not kept (a run adopted in this place), and the primary does not serve the new revision',
    to: 'failed',
    does: 'as at the deadline, at once: the canary gets all traffic and keeps running; a Warning names its version',
  },
  {
    from: ['returning', 'finalising'],
    on: 'abort',
    when: 'it was not kept, and the primary serves the new revision',
    to: 'same',
    does: 'too late: no previous version is known. A Warning names the images to put back; the promotion ends',
  },
  { from: ['undoing'], on: 'abort', to: 'same', does: 'the run goes back already' },
  {
    from: resting,
    on: 'abort',
    when: 'a newer revision was detected, and its first gate has not answered yet',
    to: 'failed',
    does: 'the open question is cancelled; this revision starts no run',
  },
  {
    from: resting,
    on: 'abort',
    when: 'no newer revision was detected',
    to: 'same',
    does: 'nothing to abort: a Warning says so; the annotation stops no later run',
  },
  {
    from: ['new', 'initializing', 'terminating'],
    on: 'abort',
    to: 'same',
    does: 'nothing to abort: a Warning says so; the annotation stops no later run',
  },

  // A deadline passes.
  {
    from: judged,
    on: 'deadline',
    to: 'failed',
    does: 'the canary was not ready, or its gateway did not follow, for `progressDeadlineSeconds`: as at the threshold. Closed gates have no deadline',
  },
  {
    from: ['copying'],
    on: 'deadline',
    to: 'failed',
    does: 'the target changed since the analysis, or the primary cannot be written: as at the threshold',
  },
  {
    from: ['returning'],
    on: 'deadline',
    when: 'the primary does not serve the new revision',
    to: 'undoing',
    does: 'as on abort, if its previous version was kept',
  },
  {
    from: ['returning'],
    on: 'deadline',
    when: 'it does not, and its previous version was not kept',
    to: 'failed',
    does: 'the canary gets all traffic and keeps running, if the router can split and the target still has the analysed revision',
  },
  {
    from: ['returning'],
    on: 'deadline',
    when: 'the primary serves it, but the gateway does not follow',
    to: 'failed',
    does: 'traffic goes where the routes say, both sides keep running',
  },
  {
    from: ['undoing'],
    on: 'deadline',
    to: 'failed',
    does: 'the previous version does not become ready, or the gateway does not follow: a Warning; the side that serves keeps the traffic',
  },
  {
    from: ['finalising'],
    on: 'deadline',
    to: 'failed',
    does: 'the traffic did not come back to the primary: the canary keeps running until it has',
  },
  {
    from: ['terminating'],
    on: 'deadline',
    to: 'gone',
    does: 'the target does not serve: the primary, its Services and routes lose their owner and keep serving; a Warning says so; the finalizer is removed',
  },
  {
    from: ['initializing'],
    on: 'deadline',
    to: 'same',
    does: 'a Warning; nothing serves yet, so nothing is rolled back',
  },
  { from: ['waiting'], on: 'deadline', to: 'same', does: 'a closed gate has no deadline' },
  { from: ['new', ...resting], on: 'deadline', to: 'same', does: 'has none' },

  // The target is deleted.
  {
    from: ['new', 'initializing', ...resting],
    on: 'target missing',
    to: 'same',
    does: 'a Warning; an existing primary keeps serving',
  },
  { from: ['waiting'], on: 'target missing', to: 'same', does: 'a Warning; the gate is still called' },
  {
    from: judged,
    on: 'target missing',
    to: 'same',
    does: 'a Warning, all traffic to the primary; the run ends at its deadline',
  },
  {
    from: ['copying'],
    on: 'target missing',
    to: 'same',
    does: 'a Warning; there is nothing to copy, the run ends at its deadline',
  },
  {
    from: ['returning', 'finalising'],
    on: 'target missing',
    to: 'same',
    does: 'the primary runs the revision: the run ends as if the target were there',
  },
  { from: ['undoing'], on: 'target missing', to: 'same', does: 'the primary is restored all the same' },
  {
    from: ['terminating'],
    on: 'target missing',
    to: 'gone',
    does: 'nothing to revert to: the finalizer is removed',
  },

  // The controller restarts, or another one takes over.
  {
    from: alive,
    on: 'restart',
    to: 'same',
    does: 'objects are made to match the status; open questions are asked again with the same id; the interval of a step starts again',
  },
];
