import type { KillingTests } from '../killing-test.ts';

/** One process leads at a time. */
export const leaderTests: KillingTests = {
  'a-lease-that-stands-is-not-taken': [
    'test/leader-election.test.ts',
    'makes the first candidate the leader, and the second wait',
  ],
  'a-lease-that-expired-is-taken': [
    'test/leader-election.test.ts',
    'waits for a full lease from when it saw the last renewal, whatever the clock in the lease says',
  ],
  'lease-writes-are-fenced': [
    'packages/kube/src/lease/lease-hold.test.ts',
    'that has expired is taken by one of two',
  ],
  'only-the-own-lease-is-given-back': [
    'test/leader-election.test.ts',
    'steps down at once when another holds the lease',
  ],
  'a-leader-that-cannot-renew-steps-down': [
    'test/leader-election.test.ts',
    'steps down when it cannot renew, long before another may take over',
  ],
  'a-leader-that-lost-its-lease-steps-down-at-once': [
    'test/leader-election.test.ts',
    'steps down at once when another holds the lease',
  ],
  'the-work-ends-before-the-lease-is-given-back': [
    'test/leader-election.test.ts',
    'gives the lease back when it stops, after the work has ended, so that the next one leads at once',
  ],
  'a-machine-that-slept-does-not-trust-its-lease': [
    'test/leader-election.test.ts',
    'does not trust its lease after a sleep of the machine',
  ],
  'writes-need-the-lease': [
    'packages/kube/src/client/fence-writes.test.ts',
    'a process without the leader lease > does not',
  ],
  'passes-need-the-lease': ['replicas', 'asks and tells nothing while it may not act'],
  'hooks-wait-for-the-lease': ['replicas', 'tells what is to be told when it may act again'],
};
