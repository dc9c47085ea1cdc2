import type { KillingTests } from '../killing-test.ts';

/** The target is stopped and started together with its scaler. */
export const sizesTests: KillingTests = {
  'a-scaler-is-paused-before-its-target-stops': [
    'keda',
    'is paused while the target rests, and works while it runs',
  ],
  'a-scaler-is-resumed-before-its-target-starts': [
    'keda',
    'is paused while the target rests, and works while it runs',
  ],
  'a-pause-that-was-taken-away-comes-back': [
    'keda',
    'is paused again when a GitOps tool takes the annotation away, at rest',
  ],
  'the-last-copy-is-not-paused': [
    'keda',
    'is not paused while the primary is down: the target is all there is',
  ],
  'a-scaler-that-refuses-ends-a-run-by-its-deadline': [
    'keda',
    'for ever fails the run at its deadline: nothing is started that KEDA would stop',
  ],
  'a-kind-that-is-not-installed-is-asked-for-once': [
    'keda',
    'is looked for once where it is not installed, and said to be missing where a Canary needs it',
  ],
  'a-stop-is-no-revision-of-a-daemonset': [
    'daemonset',
    'starts no run when it is stopped or started, and none when its manifest is applied again',
  ],
  'a-service-is-judged-once-its-endpoints-follow': [
    'service-target',
    'that leads to nobody gets no traffic, and fails at the deadline',
  ],
  'what-is-outside-counts-as-serving': [
    'service-target',
    'that leads outside of the cluster is rolled out by name: nobody here can tell who serves there',
  ],
};
