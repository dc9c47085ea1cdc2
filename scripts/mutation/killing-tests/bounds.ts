import type { KillingTests } from '../killing-test.ts';

/** One canary delays no other: what it says is bounded, and one that takes too long is set aside. */
export const boundsTests: KillingTests = {
  'a-spec-is-bounded': [
    'packages/sluice/src/api/bounds.test.ts',
    'a spec whose parts are in bounds can be too large as a whole',
  ],
  'the-values-of-a-spec-are-bounded': [
    'packages/sluice/src/api/bounds.test.ts',
    'a spec can have too many values, the largest part is named',
  ],
  'a-rendered-query-is-bounded': [
    'packages/sluice/src/rules/metrics/query-template.test.ts',
    'stops as soon as the query gets longer than 64 Ki characters',
  ],
  'matches-of-a-test-are-bounded': [
    'packages/sluice/src/routers/gateway-api.test.ts',
    'has more matches than one rule',
  ],
  'what-is-set-aside-waits': [
    'set-aside',
    'is set aside, says so in status and one Warning, and is looked at again after ten minutes',
  ],
  'a-change-ends-setting-aside': [
    'set-aside',
    'is taken up again when its spec changes, and says no more of it',
  ],
  'what-is-decided-is-carried-out-while-set-aside': [
    'set-aside',
    'still obeys an abort in the middle of a run',
  ],
  'a-deletion-is-never-set-aside': ['set-aside', 'is deleted at once'],
  'tokens-of-a-path-are-masked': [
    'packages/sluice/src/webhooks/mask-secrets.test.ts',
    'are masked, words are not',
  ],
  'values-in-templates-of-others-are-values': [
    'packages/sluice/src/rules/metrics/query-template.test.ts',
    'takes nothing that would be query text',
  ],
};
