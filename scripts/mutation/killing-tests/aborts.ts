import type { KillingTests } from '../killing-test.ts';

/** Rollback hooks and aborts end a run while there is a revision to go back to. */
export const abortsTests: KillingTests = {
  'rollback-hooks-are-asked-beside-everything': [
    'rollback',
    'by a rollback hook while a slow rollout hook is being asked',
  ],
  'no-answer-is-no-rollback': [
    'rollback',
    'not by a rollback hook that does not answer: the step is taken once its time is up',
  ],
  'no-rollback-once-the-primary-serves': [
    'way-back',
    'once the primary serves the new revision and cannot be put back, is heard no more',
  ],
  'an-updated-primary-that-does-not-serve-is-held': [
    'abort',
    'of a primary that cannot be put back and does not serve holds all traffic at the canary, and says so',
  ],
  'an-untouched-primary-can-be-gone-back-to': [
    'abort',
    'rolls back a promotion that was decided and has not touched the primary',
  ],
  'abort-is-obeyed-once': [
    'abort',
    'rolls back within a second, says why in status and event, and tells how the run ended',
  ],
  'abort-names-its-run': ['abort', 'that names a run ends that one and no other'],
  'abort-is-forgotten-with-its-annotation': [
    'abort',
    'is forgotten once the annotation is taken away, so that the same words count again',
  ],
  'abort-ends-a-run-whose-first-gate-is-open': ['abort', 'ends a run whose first gate has not answered yet'],
  'abort-comes-too-late-for-what-serves': [
    'abort',
    'comes too late when the primary serves the new revision and cannot be put back: it says how to go back',
  ],
  'abort-is-heard-while-suspended': [
    'abort',
    'ends a run that is suspended: it is a later word than the suspension',
  ],
};
