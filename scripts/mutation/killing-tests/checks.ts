import type { KillingTests } from '../killing-test.ts';

/** Each step is held for an interval and judged; each wait has a deadline. */
export const checksTests: KillingTests = {
  'a-check-that-is-added-is-asked': [
    'rounds',
    'is asked before the step is left, also where a round passed before',
  ],
  'counters-reset': ['clean-slate', 'begins with no failed checks'],
  threshold: ['rollback', 'at the threshold, at once and not an interval later'],
  'rollout-hooks-judge': ['hook-outcomes', 'counts a failed check with'],
  'metrics-judge': ['metrics', 'out of range count as a failed check, with value and bound in status'],
  'no-data-has-one-interval-of-grace': ['metrics', 'wait one interval uncounted'],
  'all-metrics-are-in-before-the-verdict': ['way-back', 'is judged when all of them have answered'],
  'step-is-held': ['weighted-canary', 'holds each weight for a whole interval'],
  'rounds-are-an-interval-apart': ['metrics', 'are asked an interval apart after a failure'],
  'a-step-passes-by-its-own-round': ['metrics', 'that are in range let the weight grow'],
  'checks-wait-for-the-routes': ['guards', 'hold the run, are named in status'],
  'routes-that-nobody-follows-have-a-deadline': ['gateway-word', 'holds a run, which ends at its deadline'],
  'rounds-go-on-behind-a-closed-gate': ['gates', 'of traffic does not stop the checks'],
  'configuration-has-a-deadline': [
    'config-reads',
    'fails a run that waits for it beyond the progress deadline',
  ],
  'a-run-waits-for-its-configuration': [
    'config-reads',
    'gives a new template none of the traffic that the old one had: the run starts over, and waits',
  ],
  'stale-pods-are-stopped-before-they-are-judged': [
    'config-tracking',
    'in the middle of a run starts it over',
  ],
};
