import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/support/fakes/fake-clock.ts';
import { namespaces, pods } from '@sluice/kube/objects/resources.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { watchCanary } from './watch-canary.ts';

describe('waiting for the canary of the example', () => {
  it('names the pods that are not ready when it takes too long: a controller that does not start says nothing itself', async () => {
    const clock = createFakeClock();
    const store = createStore({ now: () => clock.now() });
    installBasics(store, join(import.meta.dirname, '../../../../../deploy/crds'));
    const metadata = { name: 'sluice-1', namespace: 'sluice-system' };
    store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sluice-system' } });
    store.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [{ name: 'controller', image: 'sluice' }] },
    });
    const state = { waiting: { reason: 'CrashLoopBackOff' } };
    const status = { phase: 'Running', containerStatuses: [{ name: 'controller', ready: false, state }] };
    const pod = store.get(pods, metadata);
    store.update(
      pods,
      { ...pod, apiVersion: 'v1', kind: 'Pod', metadata, status },
      { subresource: 'status' },
    );
    const limits = {
      what: 'initialization',
      limitMs: 60_000,
      signal: new AbortController().signal,
    };
    const waiting = watchCanary(store, clock).until((seen) => seen.phase === 'Initialized', limits);
    const [said] = await Promise.allSettled([waiting, clock.advance('60s')]);
    expect(said).toMatchObject({
      reason: {
        message:
          'initialization: not within 60 s; phase none yet, waits: nothing said why; ' +
          'pods not ready: sluice-system/sluice-1 (CrashLoopBackOff)',
      },
    });
  });
});
