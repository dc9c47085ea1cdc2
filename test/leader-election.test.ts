import { beforeEach, describe, expect, it } from 'vitest';
import { leases } from '@sluice/kube/objects/resources.ts';
import { createLeaderElection } from '@sluice/kube/lease/leader-election.ts';
import type { LeaderElection } from '@sluice/kube/lease/leader-election.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { createFakeClock } from './support/fakes/fake-clock.ts';
import type { FakeClock } from './support/fakes/fake-clock.ts';
import { createFakeLog } from './support/fakes/fake-log.ts';
import { createLocalKube } from './support/fakes/local-kube.ts';
import type { LocalKube } from './support/fakes/local-kube.ts';

interface Candidate {
  readonly election: LeaderElection;
  readonly story: string[];
  /** Whether no request of it arrives. */
  cut(off: boolean): void;
  stop(): Promise<void>;
}

describe('leader election', () => {
  let clock: FakeClock;
  let kube: LocalKube;
  /** How far the wall clock went on while timers stood still. */
  let asleepMs: number;

  const lease = () => kube.store.get(leases, { namespace: 'default', name: 'flagger-leader-election' });

  const stand = (identity: string, onStopped: () => Promise<void> = () => Promise.resolve()): Candidate => {
    const story: string[] = [];
    const stopped = new AbortController();
    let cut = false;
    const severed = (http: HttpClient): HttpClient => ({
      send: (request, signal) =>
        cut ? Promise.reject(new HttpError('refused', 'connection refused')) : http.send(request, signal),
    });
    const election = createLeaderElection({
      wallNow: () => clock.now() + asleepMs,
      client: kube.client(severed),
      clock,
      log: createFakeLog(),
      random: () => 0.5,
      identity,
      namespace: 'default',
      name: 'flagger-leader-election',
      onNewLeader: (leader) => void story.push(`leader is ${leader}`),
    });
    const running = election.run(stopped.signal, {
      start: () => void story.push('started'),
      stop: async (end) => {
        story.push(end);
        await onStopped();
        story.push('stopped');
      },
    });
    return {
      election,
      story,
      cut: (off) => void (cut = off),
      async stop() {
        stopped.abort(new Error('shutdown'));
        await running;
      },
    };
  };

  beforeEach(() => {
    clock = createFakeClock();
    asleepMs = 0;
    kube = createLocalKube(clock);
  });

  it('makes the first candidate the leader, and the second wait', async () => {
    const one = stand('one');
    await clock.settle();
    const two = stand('two');
    await clock.advance('10m');
    expect(one.election.isLeader).toBe(true);
    expect(two.election.isLeader).toBe(false);
    expect(two.election.leader).toBe('one');
    expect(two.story).toEqual(['leader is one']);
    expect(lease()?.['spec']).toMatchObject({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      leaseTransitions: 0,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:10:00.000000Z',
    });
    await two.stop();
    await one.stop();
  });

  it('gives the lease back when it stops, after the work has ended, so that the next one leads at once', async () => {
    const working = Promise.withResolvers<void>();
    const one = stand('one', () => working.promise);
    await clock.settle();
    const two = stand('two');
    await clock.settle();
    const stopping = one.stop();
    // Longer than the lease: it is renewed while the work ends.
    await clock.advance('30s');
    expect(one.election.isLeader).toBe(true);
    expect(two.election.isLeader).toBe(false);
    working.resolve();
    await stopping;
    await clock.advance('7s');
    expect(one.story).toEqual(['leader is one', 'started', 'released', 'stopped']);
    expect(two.election.isLeader).toBe(true);
    expect(lease()?.['spec']).toMatchObject({ holderIdentity: 'two', leaseTransitions: 1 });
    await two.stop();
    expect(lease()?.['spec']).toMatchObject({ holderIdentity: '' });
  });

  it('steps down when it cannot renew, long before another may take over', async () => {
    const one = stand('one');
    await clock.settle();
    const two = stand('two');
    await clock.settle();
    one.cut(true);
    await clock.advance('11s');
    expect(one.election.isLeader).toBe(false);
    expect(one.election.problem).toContain('connection refused');
    expect(two.election.isLeader).toBe(false);
    await clock.advance('15s');
    expect(two.election.isLeader).toBe(true);
    expect(one.story.at(-1)).toBe('started');
    one.cut(false);
    await clock.advance('3s');
    expect(one.election.isLeader).toBe(false);
    expect(one.story.slice(-2)).toEqual(['lost', 'stopped']);
    await one.stop();
    await two.stop();
  });

  it('pauses while it cannot renew, and goes on when nobody else has led meanwhile', async () => {
    const one = stand('one');
    await clock.settle();
    one.cut(true);
    await clock.advance('1h');
    expect(one.election.isLeader).toBe(false);
    one.cut(false);
    await clock.advance('3s');
    expect(one.election.isLeader).toBe(true);
    expect(one.election.problem).toBeUndefined();
    expect(one.story).toEqual(['leader is one', 'started']);
    await one.stop();
  });

  it('does not trust its lease after a sleep of the machine, until it has renewed it', async () => {
    const one = stand('one');
    await clock.settle();
    asleepMs = 60_000;
    expect(one.election.isLeader).toBe(false);
    await clock.advance('3s');
    expect(one.election.isLeader).toBe(true);
    await one.stop();
  });

  it('lets a process that was restarted under the same identity lead at once', async () => {
    const killed = stand('pod-1');
    await clock.settle();
    killed.cut(true);
    const restarted = stand('pod-1');
    await clock.settle();
    expect(restarted.election.isLeader).toBe(true);
    expect(lease()?.['spec']).toMatchObject({ leaseTransitions: 0 });
    await killed.stop();
    await restarted.stop();
  });

  it('waits for a full lease from when it saw the last renewal, whatever the clock in the lease says', async () => {
    kube.store.create(leases, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'default', name: 'flagger-leader-election' },
      spec: {
        holderIdentity: 'flagger-0',
        leaseDurationSeconds: 60,
        renewTime: '2001-01-01T00:00:00.000000Z',
        leaseTransitions: 4,
      },
    });
    const one = stand('one');
    await clock.advance('59s');
    expect(one.election.isLeader).toBe(false);
    await clock.advance('4s');
    expect(one.election.isLeader).toBe(true);
    expect(lease()?.['spec']).toMatchObject({ leaseTransitions: 5 });
    await one.stop();
  });

  it('steps down at once when another holds the lease', async () => {
    const one = stand('one');
    await clock.settle();
    const standing = lease();
    if (standing === undefined) throw new Error('no lease');
    kube.store.update(leases, { ...standing, spec: { holderIdentity: 'thief', leaseDurationSeconds: 60 } });
    await clock.advance('6s');
    expect(one.election.isLeader).toBe(false);
    expect(one.story.at(-1)).toBe('stopped');
    await one.stop();
    expect(lease()?.['spec']).toMatchObject({ holderIdentity: 'thief' });
  });

  it('lets only one of two lead that start at the same moment', async () => {
    const candidates = [stand('one'), stand('two'), stand('three')];
    await clock.advance('1m');
    expect(candidates.filter(({ election }) => election.isLeader)).toHaveLength(1);
    for (const candidate of candidates) await candidate.stop();
    expect(clock.pending).toBe(0);
  });
});
