import type { KillingTests } from '../killing-test.ts';

const decisions = 'packages/sluice/src/cli/rollouts/decisions.test.ts';

/** The command line writes the decision that was meant, and says what became of it. */
export const commandsTests: KillingTests = {
  'an-unconfirmed-decision-is-not-written': [
    decisions,
    'that is answered with anything else writes nothing, and ends with 2',
  ],
  'a-refused-decision-is-not-called-done': [
    decisions,
    'is refused with 7, and not called done, when the controller refuses it',
  ],
  'an-abort-that-holds-is-no-rollback': [
    'packages/sluice/src/cli/abort.test.ts',
    'ends with 9, without a tick, when what ran before is not known',
  ],
  'a-rollback-switch-is-named': [
    decisions,
    'because only a rollback switch waits, which must be named: it would roll back',
  ],
  'completion-logs-in-nowhere': ['packages/sluice/src/cli/rollouts/complete.test.ts', 'never starts a login'],
};
