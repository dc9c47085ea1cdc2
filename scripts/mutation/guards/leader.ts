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
    text: 'Math.max(clock.now() - renewedAt.steady, wallNow() - renewedAt.wall) < renewDeadlineMs;',
    without: 'wallNow() < Infinity;',
    held: [
      'test/leader-election.test.ts',
      'steps down when it cannot renew, long before another may take over',
    ],
  },
  {
    name: 'a-leader-that-lost-its-lease-steps-down-at-once',
    file: 'src/kube/leader-election.ts',
    text: 'if (!ours && problem === undefined && hold.holder !== identity) return onLost();',
    without: 'if (!ours && signal.aborted) return onLost();',
    held: ['test/leader-election.test.ts', 'steps down at once when another holds the lease'],
  },
  {
    name: 'a-renewal-has-the-deadline-of-the-lease',
    file: 'src/kube/leader-election.ts',
    text: 'return await attempt(bounded.signal);',
    without: 'return await attempt(signal);',
    held: ['src/kube/lease-hold.test.ts', 'whose renewal gets no answer is given up'],
  },
  {
    name: 'the-work-ends-before-the-lease-is-given-back',
    file: 'src/kube/leader-election.ts',
    text: 'await work.stop(end).catch(',
    without: 'void work.stop(end).catch(',
    held: [
      'test/leader-election.test.ts',
      'gives the lease back when it stops, after the work has ended, so that the next one leads at once',
    ],
  },
  {
    name: 'a-machine-that-slept-does-not-trust-its-lease',
    file: 'src/kube/leader-election.ts',
    text: 'Math.max(clock.now() - renewedAt.steady, wallNow() - renewedAt.wall) < renewDeadlineMs;',
    without: 'clock.now() - renewedAt.steady < renewDeadlineMs;',
    held: ['test/leader-election.test.ts', 'does not trust its lease after a sleep of the machine'],
  },
  {
    name: 'writes-need-the-lease',
    file: 'src/kube/fence-writes.ts',
    text: 'if (isLeader()) return;',
    without: 'if (isLeader() || !signal.aborted) return;',
    held: ['src/kube/fence-writes.test.ts', 'does not patch, and says why'],
  },
  {
    name: 'passes-need-the-lease',
    file: 'src/controller/controller.ts',
    text: 'if (!mayAct()) return { ...idle, wakeAt: clock.now() + pausedMs };',
    without: '',
    held: ['replicas', 'asks and tells nothing while it may not act'],
  },
  {
    name: 'hooks-wait-for-the-lease',
    file: 'src/controller/send-while.ts',
    text: 'while (!mayAct() && !signal.aborted) await sleep(clock, lookMs, signal);',
    without: 'if (!mayAct()) await sleep(clock, 0, signal);',
    held: ['replicas', 'tells what is to be told when it may act again'],
  },
];
