import type { KillingTests } from '../killing-test.ts';

/** The local cluster and the tester keep to their folders, and refuse what a real API server refuses. */
export const localTests: KillingTests = {
  'a-name-stays-in-its-folder': [
    'packages/local/src/kubelet/outside-names.test.ts',
    'the kubelet stays in its folder when',
  ],
  'unknown-protobuf-fields-are-refused': [
    'packages/local/src/api/protobuf/decode.test.ts',
    'are refused by its number',
  ],
  'yaml-is-bounded': ['packages/local/src/api/heavy-bodies.test.ts', 'is answered'],
  'copies-of-a-patch-are-bounded': [
    'packages/local/src/api/heavy-bodies.test.ts',
    'of copies of copies is refused',
  ],
  'a-grace-period-only-becomes-shorter': [
    'packages/local/src/kubelet/grace-period.test.ts',
    'a grace period',
  ],
  'input-waits-for-its-process': [
    'packages/local/src/api/listen.test.ts',
    'reads no more input than the command does',
  ],
  'numbers-are-taken-with-the-write': [
    'packages/local/src/store/service-numbers.test.ts',
    'differ for two Services that a watcher creates within one write',
  ],
  'names-are-checked': [
    'packages/local/src/store/admission.test.ts',
    'refuses labels and finalizers of an update, too',
  ],
  'what-objects-hold-is-checked': [
    'packages/local/src/store/admission.test.ts',
    'refuses names that would lead out of a folder',
  ],
  'links-of-others-are-refused': [
    'packages/tester/src/gates/gates-folder.test.ts',
    'of another user is refused',
  ],
  'gates-are-in-a-folder-of-their-user': [
    'packages/tester/src/gates/gates-folder.test.ts',
    'is refused when it is',
  ],
};
