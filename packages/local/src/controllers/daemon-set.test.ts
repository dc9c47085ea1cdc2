import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeKubelet } from '../../../../test/support/fakes/fake-kubelet.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { daemonSets, pods } from '@sluice/kube/objects/resources.ts';
import { createEventRecorder } from '../event-recorder.ts';
import { nodeObject, nodes } from '../kubelet/node-object.ts';
import { asPod } from '../kubelet/pod.ts';
import { createStore } from '../store/store.ts';
import { startControllers } from './start-controllers.ts';
import { asDaemonSet } from './workload.ts';

const ref = { namespace: 'default', name: 'agent' };

async function createCluster() {
  const clock = createFakeClock();
  const now = (): number => clock.now();
  const store = createStore({ now });
  createFakeKubelet(store, clock);
  store.create(nodes, nodeObject('2026-01-01T00:00:00Z', 'test'));
  startControllers(
    { store, clock, record: createEventRecorder({ store, now, component: 'test' }) },
    createFakeLog(),
  );
  store.create(daemonSets, {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: ref,
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent:1') },
  });
  await clock.advance(0);
  const change = (spec: Readonly<Record<string, unknown>>): Promise<void> => {
    const current = store.get(daemonSets, ref)!;
    store.update(daemonSets, { ...current, spec: { ...asDaemonSet(current).spec, ...spec } });
    return clock.advance(0);
  };
  const images = (): (string | undefined)[] =>
    store.list(pods).map((pod) => asPod(pod).spec.containers[0]?.image);
  const status = () => asDaemonSet(store.get(daemonSets, ref)!).status;
  return { store, change, images, status };
}

const template = (image: string, nodeSelector: Readonly<Record<string, string>> = {}) => ({
  metadata: { labels: { app: 'agent' } },
  spec: { nodeSelector, containers: [{ name: 'agent', image }] },
});

describe('a DaemonSet', () => {
  it('has one pod on the one node', async () => {
    const { images, status } = await createCluster();
    expect(images()).toEqual(['agent:1']);
    expect(status()).toMatchObject({
      desiredNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberReady: 1,
      numberAvailable: 1,
      observedGeneration: 1,
    });
  });

  it('replaces its pod when its template changes', async () => {
    const { change, images, status } = await createCluster();
    await change({ template: template('agent:2') });
    expect(images()).toEqual(['agent:2']);
    expect(status()).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 1, observedGeneration: 2 });
  });

  it('goes to nothing with a node selector that fits no node, and comes back', async () => {
    const { change, images, status } = await createCluster();
    await change({ template: template('agent:1', { 'flagger.app/scale-to-zero': 'true' }) });
    expect(images()).toEqual([]);
    expect(status()).toMatchObject({ desiredNumberScheduled: 0, numberAvailable: 0 });
    await change({ template: template('agent:1') });
    expect(images()).toEqual(['agent:1']);
  });
});
