import type { KillingTests } from '../killing-test.ts';

const stores = 'packages/tester/src/gates/gate-stores.test.ts';
const process = 'packages/sluice/src/cli/tester-guards.test.ts';
const connections = 'packages/tester/src/bound-connections.test.ts';

/** The tester tells its secrets to nobody, and no caller takes it from the others. */
export const testerTests: KillingTests = {
  'tasks-get-listed-variables-only': [
    'packages/tester/src/task-environment.test.ts',
    'has nothing else: it may be a secret of the tester',
  ],
  'only-who-has-the-token': ['packages/tester/src/bearer-token.test.ts', 'is asked for after'],
  'every-other-path-needs-the-token': [process, 'answers 401 on every path but health and metrics'],
  'no-gate-of-an-unknown-canary': [process, 'are refused for a Canary that does not exist'],
  'gates-are-bounded': [stores, 'are forgotten in'],
  'gates-in-a-file-are-bounded': [stores, 'are forgotten in'],
  'an-address-has-a-share-of-connections': [connections, 'are closed beyond a share of all'],
  'half-sent-requests-of-an-address-are-bounded': [connections, 'are closed but for a few'],
};
