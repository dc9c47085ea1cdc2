import type { Guard } from '../guard.ts';

/** One leader at a time. */
export const leaderGuards: readonly Guard[] = [
  {
    name: 'a-lease-that-stands-is-not-taken',
    file: 'src/kube/lease-hold.ts',
    text: 'if (standing) return false;',
    without: "if (standing && holder === '') return false;",
    held: ['test/leader-election.test.ts', 'makes the first candidate the leader, and the second wait'],
  },
  {
    name: 'expiry-counts-from-what-was-seen',
    file: 'src/kube/lease-hold.ts',
    text: 'clock.now() < now.at + durationMs;',
    without: "clock.now() < Date.parse(now.record.renewTime ?? '') + durationMs;",
    held: [
      'test/leader-election.test.ts',
      'waits for a full lease from when it saw the last renewal, whatever the clock in the lease says',
    ],
  },
  {
    name: 'lease-writes-are-fenced',
    file: 'src/kube/lease-hold.ts',
    text: 'const metadata = { resourceVersion: version };',
    without: 'const metadata = version === undefined ? { resourceVersion: version } : {};',
    held: ['src/kube/lease-hold.test.ts', 'that has expired is taken by one of two'],
  },
  {
    name: 'only-the-own-lease-is-given-back',
    file: 'src/kube/lease-hold.ts',
    text: 'if (seen?.record.holder !== identity) return;',
    without: 'if (seen === undefined) return;',
    held: ['test/leader-election.test.ts', 'steps down at once when another holds the lease'],
  },
  {
    name: 'a-leader-that-cannot-renew-steps-down',
    file: 'src/kube/leader-election.ts',
    text: 'while (!signal.aborted && clock.now() - renewedAt < renewDeadlineMs) {',
    without: 'while (!signal.aborted) {',
    held: [
      'test/leader-election.test.ts',
      'steps down when it cannot renew, long before another may take over',
    ],
  },
  {
    name: 'a-leader-that-lost-its-lease-steps-down-at-once',
    file: 'src/kube/leader-election.ts',
    text: 'if (hold.holder !== undefined && hold.holder !== options.identity) break;',
    without: '',
    held: ['test/leader-election.test.ts', 'steps down at once when another holds the lease'],
  },
  {
    name: 'a-renewal-has-the-deadline-of-the-lease',
    file: 'src/kube/leader-election.ts',
    text: 'if (await attempt(bounded.signal)) renewedAt = clock.now();',
    without: 'if (await attempt(signal)) renewedAt = clock.now();',
    held: ['src/kube/lease-hold.test.ts', 'whose renewal gets no answer is given up'],
  },
  {
    name: 'the-work-ends-before-the-lease-is-given-back',
    file: 'src/kube/leader-election.ts',
    text: 'await options.onStopped().catch(',
    without: 'void options.onStopped().catch(',
    held: [
      'test/leader-election.test.ts',
      'gives the lease back when it stops, after the work has ended, so that the next one leads at once',
    ],
  },
];
