import type { KillingTests } from '../killing-test.ts';

/** Configuration and scalers belong to the revision and to their owners. */
export const configurationTests: KillingTests = {
  'configuration-is-copied-as-it-was-seen': ['config-copies', 'is looked at once more'],
  'copies-before-the-first-primary': [
    'config-tracking',
    'a change of a ConfigMap or Secret that the target reads',
  ],
  'copies-are-fenced': ['config-copies', 'is not written over a copy that a successor'],
  'only-own-copies-are-overwritten': [
    'packages/sluice/src/rules/configs/config-copy.test.ts',
    'never overwrites an object of that name',
  ],
  'immutable-copies-are-made-anew': ['config-reads', 'are made anew where they cannot be changed'],
  'unread-configuration-makes-no-revision': [
    'config-reads',
    'in the middle of a run holds back its promotion',
  ],
  'template-and-configuration-are-one-revision': ['quiet', 'are one new revision, which starts over once'],
  'primary-is-initialized-when-it-serves': ['status', 'names the primary while the canary is initialized'],
  'a-change-while-initializing-starts-a-run': [
    'revisions',
    'that came while the canary was being initialized is analysed, too',
  ],
  'a-first-revision-that-comes-up-is-not-replaced': [
    'revisions',
    'that came while the canary was being initialized is analysed, too',
  ],
  'a-first-revision-that-never-comes-up-is-replaced': [
    'exits',
    'is replaced by the next one, for nobody was ever served by it',
  ],
  'scaler-floor-stands-in-a-run': ['scalers', 'cannot fall while a run is on, and can again afterwards'],
  'a-missing-scaler-holds-up-no-run': ['scalers', 'is named; the canary is initialized when it comes'],
  'obsolete-scalers-go': ['scalers', 'goes when autoscalerRef is taken out, also after a restart'],
  'only-own-scalers-go': [
    'packages/sluice/src/rules/objects/obsolete-scalers.test.ts',
    'never when somebody else made it',
  ],
  'an-invalid-canary-touches-nothing': ['adoption-first', 'is not adopted while its spec has'],
  'pods-with-an-older-configuration-are-not-judged': [
    'config-tracking',
    'in the middle of a run starts it over',
  ],
};
