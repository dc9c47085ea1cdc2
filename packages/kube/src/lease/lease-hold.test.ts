import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import { namespaces } from '../objects/resources.ts';
import type { KubeClient } from '../ports/kube.ts';
import { createLeaderElection } from './leader-election.ts';
import { createLeaseHold } from './lease-hold.ts';

const lease = { namespace: 'test', name: 'lead' };

function createBench() {
  const clock = createFakeClock();
  const kube = createLocalKube(clock);
  kube.store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'test' } });
  return { clock, client: kube.client() };
}

describe('a lease', () => {
  it('that has expired is taken by one of two who see it at the same moment', async () => {
    const { clock, client } = createBench();
    const { signal } = new AbortController();
    const hold = (identity: string) =>
      createLeaseHold({ client, clock, identity, ...lease, leaseDurationMs: 60_000 });
    const [gone, b, c] = [hold('gone'), hold('b'), hold('c')];
    expect(await gone.take(signal)).toBe(true);
    expect([await b.take(signal), await c.take(signal)]).toEqual([false, false]);
    await clock.advance('61s');
    const taken = await Promise.all([b.take(signal), c.take(signal)]);
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('whose renewal gets no answer is given up at the deadline, and tried again', async () => {
    const { clock, client } = createBench();
    let silent = false;
    const mute: KubeClient = {
      ...client,
      mergePatch: (resource, ref, patch, options, signal) =>
        silent
          ? new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(new Error('aborted')));
            })
          : client.mergePatch(resource, ref, patch, options, signal),
    };
    const ended = new AbortController();
    const election = createLeaderElection({
      client: mute,
      clock,
      log: createFakeLog(),
      random: () => 0.5,
      identity: 'a',
      ...lease,
    });
    const running = election.run(ended.signal, { start: () => undefined, stop: () => Promise.resolve() });
    await clock.advance('1s');
    expect(election.isLeader).toBe(true);
    silent = true;
    await clock.advance('30s');
    expect(election.isLeader).toBe(false);
    silent = false;
    await clock.advance('10s');
    expect(election.isLeader).toBe(true);
    ended.abort();
    await clock.advance('30s');
    await running;
  });
});
