import type { KillingTests } from '../killing-test.ts';

/** A way back from every place, whatever is wrong with the spec or an object. */
export const wayBackTests: KillingTests = {
  'what-the-primary-ran-is-kept-before-the-copy': [
    'undo-the-copy',
    'puts the configuration back that the old version read',
  ],
  'what-was-kept-is-put-back': [
    'undo-the-copy',
    'puts the old version back although the primary serves the new one already',
  ],
  'an-abort-after-the-copy-undoes-it': [
    'undo-the-copy',
    'puts the old version back although the primary serves the new one already',
  ],
  'an-undone-primary-runs-what-it-ran': [
    'undo-the-copy',
    'puts the old version back although the primary serves the new one already',
  ],
  'what-is-undone-gets-no-traffic': [
    'undo-the-copy',
    'puts the old version back although the primary serves the new one already',
  ],
  'a-rollback-after-the-copy-undoes-it': ['undo-the-copy', 'is obeyed by putting the old version back'],
  'a-promotion-that-fails-is-undone': [
    'undo-the-copy',
    'is put back to the old version at the progress deadline',
  ],
  'configuration-of-a-copy-that-broke-off-goes-back': [
    'undo-the-copy',
    'in the middle of the copy puts the configuration back that was copied already',
  ],
  'undoing-has-a-deadline': ['undo-the-copy', 'ends at the deadline when the old version does not come up'],
  'undone-once-the-traffic-is-back': ['undo-the-copy', 'is no end before the gateway follows'],
  'what-was-copied-is-undone': ['not-valid', 'after the copy puts the old version back at the deadline'],
  'an-invalid-run-has-a-deadline': ['not-valid', 'ends at the deadline of the run'],
  'checks-that-are-not-valid-judge-nothing': ['not-valid', 'in its checks counts no failed check'],
  'duties-that-cannot-be-done-have-a-deadline': [
    'not-valid',
    'that cannot be made ends the run at its deadline',
  ],
  'the-first-step-waits-for-the-routes': ['gateway-word', 'holds a run, which ends at its deadline'],
  'a-step-that-is-refused-is-taken-back': [
    'gateway-word',
    'right after a step that is accepted is a reason to go back',
  ],
};
