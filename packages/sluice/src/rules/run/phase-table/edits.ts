import { judged, resting, undecided, withoutRevert } from './groups.ts';
import type { Transition } from './transition.ts';

/** Transitions of every place on changes of the Canary itself. */
export const edits: readonly Transition[] = [
  // The spec names another target.
  {
    from: resting,
    on: 'another target',
    to: 'initializing',
    does: 'a primary is built for it as for a first one; the objects of the other target serve until then and are deleted afterwards',
  },
  { from: ['new', 'initializing'], on: 'another target', to: 'same', does: 'its primary is built instead' },
  {
    from: [...undecided, 'copying', 'returning', 'undoing', 'finalising'],
    on: 'another target',
    to: 'same',
    does: 'a Warning: names take effect when the run is over',
  },
  { from: ['terminating'], on: 'another target', to: 'same', does: 'no analysis any more' },

  // The spec becomes invalid.
  {
    from: ['new', 'initializing', ...resting, 'waiting'],
    on: 'spec not valid',
    to: 'same',
    does: 'the condition `Invalid` names the field; no run starts. A newer revision makes the condition `Promoted` Unknown',
  },
  {
    from: judged,
    on: 'spec not valid',
    when: 'it is fixed within `progressDeadlineSeconds`',
    to: 'same',
    does: 'the run holds; abort, rollback hooks, checks and deadlines work',
  },
  {
    from: judged,
    on: 'spec not valid',
    when: 'it is not',
    to: 'failed',
    does: 'traffic goes to the primary, by patching the existing objects',
  },
  {
    from: ['copying', 'returning'],
    on: 'spec not valid',
    to: 'same',
    does: 'the run holds until it is fixed or the deadline of the phase; abort and rollback hooks work',
  },
  {
    from: ['undoing', 'finalising', 'terminating'],
    on: 'spec not valid',
    to: 'same',
    does: 'the condition `Invalid` names the field; the remaining work needs no valid spec',
  },

  // The Canary is deleted.
  {
    from: withoutRevert,
    on: 'deletion',
    when: 'without `revertOnDeletion`',
    to: 'gone',
    does: 'open questions are cancelled, nothing is restored; Kubernetes deletes the objects that the Canary owned. A Warning names a finalizer of somebody else',
  },
  {
    from: withoutRevert,
    on: 'deletion',
    when: 'with `revertOnDeletion`',
    to: 'terminating',
    does: 'open questions are cancelled; the target is scaled up to the size of the primary',
  },
  { from: ['terminating'], on: 'deletion', to: 'same', does: 'it is being deleted' },
  { from: ['terminated'], on: 'deletion', to: 'gone', does: 'nothing is left to do' },
];
