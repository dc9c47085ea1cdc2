import type { KillingTests } from '../killing-test.ts';

/** Canaries that Flagger left keep their state, and Flagger can take them back. */
export const adoptionTests: KillingTests = {
  'the-address-of-a-webhook-is-not-shown': [
    'packages/sluice/src/cli/adopt/flags-from-cluster.test.ts',
    'are said without what is secret in them',
  ],
  'several-controllers-are-not-guessed': [
    'packages/sluice/src/cli/adopt/flags-from-cluster.test.ts',
    'is not guessed',
  ],
  'a-given-flag-wins': [
    'packages/sluice/src/cli/adopt/flags-from-cluster.test.ts',
    'are the defaults of those that are not given',
  ],
  'adopted-hashes-are-no-change': ['adoption', 'at rest starts no run, and rolls no pod of its primary'],
  'adoption-that-differs-asks-a-person': ['adoption', 'whose target and primary differ asks a person'],
  'an-adopted-run-goes-on-from-its-weight': [
    'adoption',
    'waiting for its promotion goes on from the weight of its routes, and is not prepared again',
  ],
  'hashes-that-were-left-stay': [
    'adoption',
    'keeps the hashes of Flagger until its target changes, so that Flagger finds nothing changed either',
  ],
  'hashes-that-were-left-are-read-by-our-names': [
    'packages/sluice/src/rules/run/adopted-names.test.ts',
    'is written as it was left, and read by our names',
  ],
  'a-waiting-run-has-no-hash-yet': [
    'adoption',
    'waiting for its first approval does not go by the hash of the revision before',
  ],
  'a-cookie-without-a-name-is-none': [
    'adoption',
    'with session affinity keeps its callers, and gives none a cookie without a name',
  ],
  'marks-of-argo-cd-are-of-the-target': ['gitops', 'are not copied to the primary, which is not in Git'],
  'who-scales-a-resting-target-up-is-told': ['gitops', 'is stopped again, each time, and that is said once'],
};
