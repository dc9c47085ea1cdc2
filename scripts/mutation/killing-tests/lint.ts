import type { KillingTests } from '../killing-test.ts';

/** Files that strangers wrote can be checked: no rule is talked out of an error, and every file has an end. */
export const lintTests: KillingTests = {
  'findings-are-bounded': [
    'packages/sluice/src/lint/lint.test.ts',
    'holds at most 1,000 findings, and counts the others',
  ],
  'an-error-is-not-ignored': ['packages/sluice/src/lint/lint.test.ts', 'does not count for an error'],
  'a-document-has-an-end': ['packages/sluice/src/lint/lint.test.ts', 'is an error, and is not checked'],
  'a-file-to-lint-is-bounded': [
    'packages/sluice/src/cli/lint.test.ts',
    'reads no more than 4 MiB of a file, and 64 MiB of all',
  ],
  'files-to-lint-are-bounded-together': [
    'packages/sluice/src/cli/lint.test.ts',
    'reads no more than 4 MiB of a file, and 64 MiB of all',
  ],
};
