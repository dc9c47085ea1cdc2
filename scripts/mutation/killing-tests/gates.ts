import type { KillingTests } from '../killing-test.ts';

/** A run continues once every hook that it asks has passed. */
export const gatesTests: KillingTests = {
  'confirm-rollout-gates': ['hook-outcomes', 'waits with'],
  'confirm-rollout-is-waited-for': ['gates', 'that opens is acted on at the next poll'],
  'pre-rollout-gates': ['hook-outcomes', 'counts a failed check with'],
  'pre-rollout-is-asked-again-after-an-interval': [
    'gates',
    'is asked again an interval after a failure, and a hook that passed is not',
  ],
  'every-gate-of-a-type': ['quiet', 'are both needed'],
  'a-gate-being-asked-again-is-closed': ['gates', 'is still closed while it is asked again'],
  'poll-interval-has-a-floor': [
    'packages/sluice/src/rules/hooks/hooks.test.ts',
    'nobody is asked more often than each second',
  ],
  'traffic-increase-gates': ['hook-outcomes', 'keeps the weight with'],
  'each-step-asks-for-itself': ['gates', 'of traffic does not stop the checks'],
  'promotion-is-confirmed': ['hook-outcomes', 'waits for promotion with'],
  'an-old-no-of-a-rollback-hook-is-asked-again': ['rollback', 'that is asked once more before traffic grows'],
  'the-step-waits-for-the-rollback-hooks': ['rollback', 'that is asked once more before traffic grows'],
  'promotion-hears-the-rollback-hooks': ['last-look', 'is asked once more at the last weight'],
  'promotion-after-all-traffic-hears-the-rollback-hooks': [
    'last-look',
    'is asked once more when all traffic has been judged',
  ],
  'all-traffic-is-judged-before-promotion': [
    'iterations',
    'judges each iteration without traffic, then once more with all of it, then promotes',
  ],
  'all-iterations-are-made': ['iterations', 'keeps the traffic at the primary until promotion is confirmed'],
  'weights-go-no-further-than-the-last-step': [
    'gates',
    'is asked only when the weight would increase: not before promotion',
  ],
  'nothing-is-decided-while-suspended': ['last-look', 'is decided upon no more: traffic stays at its step'],
  'suspended-before-it-ever-ran-is-left-alone': ['idle', 'while its primary comes up is left alone'],
  'an-id-is-of-one-question': ['way-back', 'asks under an id of its own'],
  'hooks-of-one-name-are-two-questions': ['hook-phases', 'and of one name are two questions'],
};
