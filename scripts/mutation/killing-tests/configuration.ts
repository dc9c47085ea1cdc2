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
    'config-reads',
    'are not written over what somebody else made under their name',
  ],
  'immutable-copies-are-made-anew': ['config-reads', 'are made anew where they cannot be changed'],
  'unread-configuration-makes-no-revision': [
    'config-reads',
    'in the middle of a run holds back its promotion',
  ],
  'template-and-configuration-are-one-revision': ['quiet', 'are one new revision, which starts over once'],
  'primary-is-initialized-when-it-serves': [
    'exits',
    'is replaced by the next one, for nobody was ever served by it',
  ],
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
  'a-missing-scaler-holds-up-no-run': [
    'scalers',
    'with bounds that cross is refused by name; a canary that serves goes on with the one it has',
  ],
  'obsolete-scalers-go': ['scalers', 'goes when autoscalerRef is taken out, also after a restart'],
  'only-own-scalers-go': [
    'packages/sluice/src/rules/objects/obsolete-scalers.test.ts',
    'never when somebody else made it',
  ],
  'an-invalid-canary-touches-nothing': ['invalid', 'gets a condition and one Warning'],
  'pods-with-an-older-configuration-are-not-judged': [
    'config-tracking',
    'in the middle of a run starts it over',
  ],
};
