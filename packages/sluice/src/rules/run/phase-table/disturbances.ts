import { alive, judged, resting, revocable } from './groups.ts';
import type { Transition } from './transition.ts';

/** What every place answers to what may come at any moment. */
export const disturbances: readonly Transition[] = [
  // A newer revision.
  {
    from: resting,
    on: 'new revision',
    when: 'every `confirm-rollout` hook has passed, or there is none',
    to: 'analysing',
    does: 'the target is scaled up, counters begin at zero; after a promotion that failed the traffic stays where it is served',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'a `confirm-rollout` hook said no or could not be asked',
    to: 'waiting',
    does: 'the target goes to zero; until the first answer the phase stays',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'the target is still up, because the primary does not serve',
    to: 'analysing',
    does: 'a run as any other: the canary, which has all traffic, is judged as it is',
  },
  {
    from: resting,
    on: 'new revision',
    when: 'the primary serves just this template, under another name',
    to: 'finalising',
    does: 'nobody is asked and no pod restarts: it counts as promoted',
  },
  {
    from: revocable,
    on: 'new revision',
    when: 'there is a `confirm-rollout` hook',
    to: 'waiting',
    does: 'another run from its first gate: open questions are cancelled, traffic goes back to the primary',
  },
  {
    from: revocable,
    on: 'new revision',
    when: 'there is none',
    to: 'analysing',
    does: 'another run from its start: open questions are cancelled, traffic goes back to the primary',
  },
  {
    from: ['returning'],
    on: 'new revision',
    to: 'same',
    does: 'nobody has judged what the canary runs now: all traffic to a primary that serves; the next run begins when this one has ended',
  },
  {
    from: ['undoing', 'finalising'],
    on: 'new revision',
    to: 'same',
    does: 'the next run begins when this one has ended',
  },
  {
    from: ['initializing'],
    on: 'new revision',
    to: 'same',
    does: 'a primary that has not started within `progressDeadlineSeconds` is made anew from the newer revision; until then the newer one waits for its analysis',
  },
  { from: ['new'], on: 'new revision', to: 'same', does: 'the first revision is whichever is there' },
  {
    from: ['terminating'],
    on: 'new revision',
    to: 'same',
    does: 'nothing is analysed any more',
  },
  {
    from: revocable,
    on: 'target put back',
    to: 'finalising',
    does: 'the target is what the primary runs: nothing is left to promote, the run ends as withdrawn',
  },
  {
    from: [...resting, 'new', 'initializing'],
    on: 'target put back',
    to: 'same',
    does: 'the primary runs it already: nothing begins',
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
    when: 'what the primary ran before was kept',
    to: 'undoing',
    does: 'the primary gets back its template, its configuration and its ports; traffic to the primary, where it serves',
  },
  {
    from: ['returning'],
    on: 'abort',
    when: 'it was not (a run that was adopted here), and the primary does not serve the new revision',
    to: 'failed',
    does: 'as at the deadline, but now: the canary gets all traffic and keeps running, and a Warning says with which version',
  },
  {
    from: ['returning', 'finalising'],
    on: 'abort',
    when: 'it was not, and the primary serves the new revision',
    to: 'same',
    does: 'too late: nothing is left to go back to. A Warning says which images to put back; the promotion ends',
  },
  { from: ['undoing'], on: 'abort', to: 'same', does: 'it is on its way back already' },
  {
    from: resting,
    on: 'abort',
    when: 'a newer revision was seen, and its first gate has not answered yet',
    to: 'failed',
    does: 'the open question is cancelled; this revision starts no run',
  },
  {
    from: resting,
    on: 'abort',
    when: 'nothing newer was seen',
    to: 'same',
    does: 'nothing to abort: a Warning says so; the annotation counts as dealt with and stops no later run',
  },
  {
    from: ['new', 'initializing', 'terminating'],
    on: 'abort',
    to: 'same',
    does: 'nothing to abort: a Warning says so; the annotation counts as dealt with and stops no later run',
  },

  // Nobody moves.
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
    does: 'what was analysed is not there to copy, or the primary cannot be given it: as at the threshold',
  },
  {
    from: ['returning'],
    on: 'deadline',
    when: 'the primary does not serve the new revision',
    to: 'undoing',
    does: 'as on abort, if what it ran before was kept',
  },
  {
    from: ['returning'],
    on: 'deadline',
    when: 'it does not, and what it ran before was not kept',
    to: 'failed',
    does: 'the canary gets all traffic and keeps running, if the router can split and the target is still what was analysed',
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
    does: 'the version before does not come up, or the gateway does not follow: a Warning; the side that serves keeps the traffic',
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
    does: 'the target does not serve: the primary and what leads to it lose their owner, so they go on serving; a Warning says so; the finalizer is taken away',
  },
  {
    from: ['initializing'],
    on: 'deadline',
    to: 'same',
    does: 'a Warning; nothing serves yet, so there is nothing to go back to',
  },
  { from: ['waiting'], on: 'deadline', to: 'same', does: 'a gate may stay closed as long as it takes' },
  { from: ['new', ...resting], on: 'deadline', to: 'same', does: 'has none' },

  // The target is deleted.
  {
    from: ['new', 'initializing', ...resting],
    on: 'target missing',
    to: 'same',
    does: 'a Warning; a primary that is there serves on',
  },
  { from: ['waiting'], on: 'target missing', to: 'same', does: 'a Warning; the gate is still asked' },
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
  { from: ['undoing'], on: 'target missing', to: 'same', does: 'the primary is put back all the same' },
  {
    from: ['terminating'],
    on: 'target missing',
    to: 'gone',
    does: 'there is nothing to revert to: the finalizer is taken away',
  },

  // The controller ends and starts, or another one takes over.
  {
    from: alive,
    on: 'restart',
    to: 'same',
    does: 'the world is made to match what status says; open questions are asked again with the same id; the hold of a step begins anew',
  },
];
