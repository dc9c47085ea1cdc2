import type { KillingTests } from '../killing-test.ts';

/** Series are bounded, and go with their Canary. */
export const seriesTests: KillingTests = {
  'labels-of-series-are-bounded': [
    'packages/sluice/src/rules/run/canary-state.test.ts',
    'takes no text of others as it is',
  ],
  'metric-names-of-series-are-bounded': [
    'packages/sluice/src/platform/metrics-registry.test.ts',
    'bounds the names of metrics, which tenants choose',
  ],
  'a-pass-that-ends-after-its-canary-adds-no-series': [
    'packages/sluice/src/cli/telemetry.test.ts',
    'adds no series for a deleted canary',
  ],
  'a-target-without-canary-has-no-series': [
    'packages/sluice/src/cli/telemetry.test.ts',
    'adds no series for a deleted canary',
  ],
  'a-late-answer-adds-no-series': [
    'packages/sluice/src/cli/telemetry.test.ts',
    'adds no series for a deleted canary',
  ],
  'a-dead-letter-of-a-deleted-canary-adds-no-series': [
    'packages/sluice/src/cli/telemetry.test.ts',
    'adds no series for a deleted canary',
  ],
  'a-second-canary-sets-no-series-of-the-target': [
    'series',
    'of a target are those of the Canary that has it, whatever a second one is at',
  ],
};
