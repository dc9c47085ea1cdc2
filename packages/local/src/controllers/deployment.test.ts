import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import {
  deployments,
  endpointSlices,
  events,
  pods,
  replicaSets,
  services,
} from '@sluice/kube/objects/resources.ts';
import { createEventRecorder } from '../event-recorder.ts';
import { createStore } from '../store/store.ts';
import { createFakeKubelet } from '../../../../test/support/fakes/fake-kubelet.ts';
import { endpoints } from './endpoints-object.ts';
import { startControllers } from './start-controllers.ts';
import { asDeployment, asReplicaSet } from './workload.ts';
import type { Deployment, DeploymentSpec, ReplicaSet } from './workload.ts';

const namespace = 'default';

function createCluster() {
  const clock = createFakeClock();
  const store = createStore({ now: () => clock.now() });
  const log = createFakeLog();
  const record = createEventRecorder({ store, now: () => clock.now(), component: 'test' });
  const kubelet = createFakeKubelet(store, clock);
  const stop = startControllers({ store, clock, record }, log);
  const get = (): Deployment => asDeployment(store.get(deployments, { namespace, name: 'web' })!);
  const change = (spec: Partial<DeploymentSpec>): Promise<void> => {
    const current = store.get(deployments, { namespace, name: 'web' })!;
    store.update(deployments, { ...current, spec: { ...asDeployment(current).spec, ...spec } });
    return clock.advance(0);
  };
  const create = (image: string, spec: Partial<DeploymentSpec> = {}): Promise<void> => {
    store.create(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace, name: 'web' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'web' } },
        ...template(image),
        ...spec,
      },
    });
    return clock.advance(0);
  };
  const sets = (): readonly ReplicaSet[] => store.list(replicaSets, { namespace }).map(asReplicaSet);
  const eventTexts = (): readonly unknown[] => store.list(events).map((event) => event['message']);
  return { clock, store, log, kubelet, stop, get, change, create, sets, eventTexts };
}

const template = (image: string) => ({
  template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
});

const imagesOf = (cluster: ReturnType<typeof createCluster>): string[] =>
  cluster.store
    .list(pods)
    .map((pod) => (pod['spec'] as { containers: { image: string }[] }).containers[0]!.image)
    .toSorted();

const reasonOf = (deployment: Deployment, type: string): string | undefined =>
  deployment.status?.conditions?.find((it) => it.type === type)?.reason;

describe('a Deployment', () => {
  it('becomes a ReplicaSet and ready pods, and says so as kubectl rollout status reads it', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    const deployment = cluster.get();
    expect(deployment.status).toMatchObject({
      observedGeneration: deployment.metadata.generation,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      unavailableReplicas: 0,
    });
    expect(reasonOf(deployment, 'Available')).toBe('MinimumReplicasAvailable');
    expect(reasonOf(deployment, 'Progressing')).toBe('NewReplicaSetAvailable');
    expect(deployment.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    const [set] = cluster.sets();
    const hash = set!.metadata.labels!['pod-template-hash'];
    expect(set!.metadata.name).toBe(`web-${hash}`);
    expect(set!.spec.selector.matchLabels).toEqual({ app: 'web', 'pod-template-hash': hash });
    expect(cluster.store.list(pods, { labels: { 'pod-template-hash': hash! } })).toHaveLength(3);
    expect(cluster.eventTexts()).toContain(`Scaled up replica set web-${hash} from 0 to 3`);
    expect(cluster.log.lines).toEqual([]);
  });

  it('rolls over to a new template and keeps the old ReplicaSet at zero', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    await cluster.change(template('app:2'));
    expect(imagesOf(cluster)).toEqual(['app:2', 'app:2', 'app:2']);
    expect(
      cluster
        .sets()
        .map(({ spec }) => String(spec.replicas))
        .toSorted(),
    ).toEqual(['0', '3']);
    expect(cluster.get().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    expect(reasonOf(cluster.get(), 'Progressing')).toBe('NewReplicaSetAvailable');
  });

  it('keeps serving with the old pods while the new ones are not ready, and names the deadline that passed', async () => {
    const cluster = createCluster();
    await cluster.create('app:1', { progressDeadlineSeconds: 60 });
    cluster.kubelet.setHealthy('app:2', false);
    await cluster.change(template('app:2'));
    expect(imagesOf(cluster)).toEqual(['app:1', 'app:1', 'app:1', 'app:2']);
    expect(cluster.get().status).toMatchObject({ replicas: 4, updatedReplicas: 1, availableReplicas: 3 });
    expect(reasonOf(cluster.get(), 'Progressing')).not.toBe('ProgressDeadlineExceeded');
    await cluster.clock.advance('62s');
    expect(reasonOf(cluster.get(), 'Progressing')).toBe('ProgressDeadlineExceeded');
    cluster.kubelet.setHealthy('app:2', true);
    await cluster.clock.advance(0);
    expect(imagesOf(cluster)).toEqual(['app:2', 'app:2', 'app:2']);
    expect(reasonOf(cluster.get(), 'Progressing')).toBe('NewReplicaSetAvailable');
  });

  it('says that the minimum is not available when no pod is ready', async () => {
    const cluster = createCluster();
    cluster.kubelet.setHealthy('app:1', false);
    await cluster.create('app:1');
    expect(reasonOf(cluster.get(), 'Available')).toBe('MinimumReplicasUnavailable');
    expect(cluster.get().status).toMatchObject({ readyReplicas: 0, unavailableReplicas: 3 });
  });

  it('counts pods as available only after minReadySeconds', async () => {
    const cluster = createCluster();
    await cluster.create('app:1', { minReadySeconds: 30 });
    expect(cluster.get().status).toMatchObject({ readyReplicas: 3, availableReplicas: 0 });
    await cluster.clock.advance('29s');
    expect(cluster.get().status).toMatchObject({ availableReplicas: 0 });
    await cluster.clock.advance('2s');
    expect(cluster.get().status).toMatchObject({ availableReplicas: 3 });
  });

  it('with Recreate starts nothing new until the last old pod is really gone', async () => {
    const cluster = createCluster();
    await cluster.create('app:1', { strategy: { type: 'Recreate' } });
    cluster.kubelet.holdTerminating();
    await cluster.change(template('app:2'));
    expect(imagesOf(cluster)).toEqual(['app:1', 'app:1', 'app:1']);
    cluster.kubelet.endTerminating();
    await cluster.clock.advance(0);
    expect(imagesOf(cluster)).toEqual(['app:2', 'app:2', 'app:2']);
  });

  it('scales to zero and back', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    await cluster.change({ replicas: 0 });
    expect(imagesOf(cluster)).toEqual([]);
    expect(cluster.get().status).toMatchObject({ replicas: 0, updatedReplicas: 0, availableReplicas: 0 });
    expect(reasonOf(cluster.get(), 'Available')).toBe('MinimumReplicasAvailable');
    await cluster.change({ replicas: 2 });
    expect(imagesOf(cluster)).toEqual(['app:1', 'app:1']);
    expect(cluster.sets()).toHaveLength(1);
  });

  it('does not roll while it is paused, and does when it is resumed', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    await cluster.change({ ...template('app:2'), paused: true });
    expect(imagesOf(cluster)).toEqual(['app:1', 'app:1', 'app:1']);
    expect(reasonOf(cluster.get(), 'Progressing')).toBe('DeploymentPaused');
    await cluster.change({ replicas: 1 });
    expect(imagesOf(cluster)).toEqual(['app:1']);
    await cluster.change({ paused: false });
    expect(imagesOf(cluster)).toEqual(['app:2']);
  });

  it('going back to an earlier template uses its ReplicaSet again under a new revision', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    await cluster.change(template('app:2'));
    await cluster.change(template('app:1'));
    expect(cluster.sets()).toHaveLength(2);
    expect(imagesOf(cluster)).toEqual(['app:1', 'app:1', 'app:1']);
    expect(cluster.get().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
  });

  it('keeps no more old ReplicaSets than its history limit', async () => {
    const cluster = createCluster();
    await cluster.create('app:1', { revisionHistoryLimit: 1 });
    for (const image of ['app:2', 'app:3', 'app:4']) await cluster.change(template(image));
    const kept = cluster.sets().map(({ spec }) => String(spec.template.spec.containers[0]?.image));
    expect(kept.toSorted()).toEqual(['app:3', 'app:4']);
  });

  it('replaces a pod that was deleted', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    const [victim] = cluster.store.list(pods);
    cluster.store.delete(pods, { namespace, name: victim!.metadata.name });
    await cluster.clock.advance(0);
    const names = cluster.store.list(pods).map(({ metadata }) => metadata.name);
    expect(names).toHaveLength(3);
    expect(names).not.toContain(victim!.metadata.name);
  });

  it('takes its ReplicaSets and pods with it when it is deleted', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    cluster.store.delete(deployments, { namespace, name: 'web' });
    await cluster.clock.advance(0);
    expect([...cluster.sets(), ...cluster.store.list(pods)]).toEqual([]);
  });

  it('writes nothing and holds no timer once everything is as it should be', async () => {
    const cluster = createCluster();
    await cluster.create('app:1');
    const before = cluster.store.resourceVersion();
    await cluster.clock.advance('1h');
    expect(cluster.store.resourceVersion()).toBe(before);
    expect(cluster.clock.pending).toBe(0);
    cluster.stop();
  });
});

describe('a Service', () => {
  it('has a slice with the ready pods, leaves out the others, and follows named ports', async () => {
    const cluster = createCluster();
    cluster.store.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace, name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
    });
    const ports = [{ name: 'web', containerPort: 8080 }];
    const spec = { containers: [{ name: 'web', image: 'app:1', ports }] };
    await cluster.create('app:1', { template: { metadata: { labels: { app: 'web' } }, spec } });
    const slice = (): unknown => cluster.store.list(endpointSlices)[0];
    const readiness = (): unknown[] =>
      (slice() as { endpoints: { conditions: { ready: boolean } }[] }).endpoints.map(
        (it) => it.conditions.ready,
      );
    expect(slice()).toMatchObject({
      metadata: { labels: { 'kubernetes.io/service-name': 'web' } },
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    });
    expect(readiness()).toEqual([true, true, true]);
    const older = (): unknown => cluster.store.get(endpoints, { namespace, name: 'web' })?.['subsets'];
    expect(older()).toMatchObject([{ addresses: [{}, {}, {}], ports: [{ name: 'http', port: 8080 }] }]);
    cluster.kubelet.setHealthy('app:1', false);
    await cluster.clock.advance(0);
    expect(older()).toMatchObject([{ notReadyAddresses: [{}, {}, {}] }]);
    expect(readiness()).toEqual([false, false, false]);
    cluster.store.delete(services, { namespace, name: 'web' });
    await cluster.clock.advance(0);
    expect(cluster.store.list(endpointSlices)).toEqual([]);
  });
});
