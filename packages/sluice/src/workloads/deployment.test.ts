import { describe, expect, it } from 'vitest';
import { describeConfigCopies, describeWorkloadContract } from '../../../../test/contracts/workload.ts';
import { applyMergePatch, isKubeObject } from '../../../../test/support/rigs/apply-patch.ts';
import { podinfoCanary, podinfoDeployment } from '../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { PrimaryContext } from '../ports/workload.ts';
import { deployment } from './deployment.ts';
import { findWorkload } from './index.ts';
import { serviceOf } from '../rules/objects/service-spec.ts';

const context: PrimaryContext = {
  canary: podinfoCanary(),
  selectorLabels: ['app', 'name', 'app.kubernetes.io/name'],
  includeLabelPrefixes: [],
  revision: 'v1:first',
  configNames: new Map(),
};
const healthyStatus = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

describeWorkloadContract('Deployment', () => ({
  workload: deployment,
  target: podinfoDeployment({
    podMetadata: {
      labels: { app: 'podinfo', tier: 'front' },
      annotations: { 'prometheus.io/scrape': 'true' },
    },
    container: { env: [{ name: 'COLOR', value: 'blue' }] },
  }),
  changed: podinfoDeployment({ image: 'podinfo:6.0.1' }),
  relabelled: podinfoDeployment({
    metadata: { labels: { team: 'x' }, annotations: { note: 'y' }, generation: 7 },
    spec: { replicas: 9 },
    podMetadata: {
      labels: { app: 'podinfo', tier: 'front' },
      annotations: { 'prometheus.io/scrape': 'true' },
    },
    container: { env: [{ name: 'COLOR', value: 'blue' }] },
  }),
  unselectable: podinfoDeployment({ spec: { selector: { matchLabels: { component: 'podinfo' } } } }),
  healthy: podinfoDeployment({ status: healthyStatus }),
  unseen: podinfoDeployment({ metadata: { generation: 2 }, status: healthyStatus }),
  context,
}));

const configured = podinfoDeployment({
  podSpec: {
    volumes: [{ name: 'settings', configMap: { name: 'settings', defaultMode: 420 } }],
    initContainers: [{ name: 'migrate', image: 'migrate', envFrom: [{ secretRef: { name: 'token' } }] }],
  },
  container: {
    env: [
      { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'colors', key: 'x', optional: true } } },
      { name: 'LIMIT', valueFrom: { configMapKeyRef: { name: 'settings', key: 'limit' } } },
    ],
  },
});

describeConfigCopies('Deployment', () => ({ workload: deployment, target: configured, context }));

function specOf(object: unknown): Readonly<Record<string, unknown>> {
  return asRecord(asRecord(object)['spec']);
}

function templateOf(object: unknown): Readonly<Record<string, unknown>> {
  return asRecord(specOf(object)['template']);
}

function patched(object: AnyKubeObject, patch: unknown): AnyKubeObject {
  const result = applyMergePatch(object, patch);
  if (!isKubeObject(result)) throw new Error('no object');
  return result;
}

describe('the primary Deployment', () => {
  it('carries the labels that pass the prefixes and every annotation that is true of it', () => {
    const target = podinfoDeployment({
      metadata: {
        labels: { 'app.io/team': 'x', other: 'y', 'kustomize.toolkit.fluxcd.io/name': 'z' },
        annotations: {
          note: 'kept',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
          'kustomize.toolkit.fluxcd.io/checksum': 'z',
          'deployment.kubernetes.io/revision': '4',
          'sluice.dev/abort': 'true',
        },
      },
    });
    const primary = deployment.buildPrimary(target, { ...context, includeLabelPrefixes: ['app.io'] });
    expect(primary.metadata.labels).toEqual({ 'app.io/team': 'x', app: 'podinfo-primary' });
    expect(primary.metadata.annotations).toEqual({ note: 'kept', 'sluice.dev/revision': 'v1:first' });
  });

  it('lets all labels pass with the prefix *, but never those of Flux', () => {
    const labels = { other: 'y', 'helm.toolkit.fluxcd.io/name': 'z' };
    const primary = deployment.buildPrimary(podinfoDeployment({ metadata: { labels } }), {
      ...context,
      includeLabelPrefixes: ['*'],
    });
    expect(primary.metadata.labels).toEqual({ other: 'y', app: 'podinfo-primary' });
  });

  it('runs one pod when the target is at zero', () => {
    const primary = deployment.buildPrimary(podinfoDeployment({ spec: { replicas: 0 } }), context);
    expect(deployment.replicas(primary)).toBe(1);
  });

  it('spreads away from its own pods: anti-affinity and topology rules follow the rename', () => {
    const selector = {
      matchLabels: { app: 'podinfo', tier: 'podinfo' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['other', 'podinfo'] }],
    };
    const renamed = {
      matchLabels: { app: 'podinfo-primary', tier: 'podinfo' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['other', 'podinfo-primary'] }],
    };
    const affinity = (inside: unknown, attract: unknown) => ({
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: inside, topologyKey: 'host' }],
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { labelSelector: inside, topologyKey: 'zone' } },
        ],
      },
      podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: attract }] },
    });
    const target = podinfoDeployment({
      podSpec: {
        affinity: affinity(selector, selector),
        topologySpreadConstraints: [{ maxSkew: 1, labelSelector: selector }],
      },
    });
    const spec = asRecord(templateOf(deployment.buildPrimary(target, context))['spec']);
    expect(spec['affinity']).toEqual(affinity(renamed, selector));
    expect(spec['topologySpreadConstraints']).toEqual([{ maxSkew: 1, labelSelector: renamed }]);
  });
});

describe('a promotion', () => {
  const primary = deployment.buildPrimary(podinfoDeployment(), context);

  it('rolls nothing on a primary that Flagger left, and keeps its flagger-id', () => {
    const left = patched(primary, {
      spec: { template: { metadata: { creationTimestamp: null, annotations: { 'flagger-id': 'abc' } } } },
    });
    expect(deployment.runsSame(podinfoDeployment(), left, context)).toBe(true);
    expect(deployment.promotionPatch(podinfoDeployment(), left, context)).toEqual({});
    const target = podinfoDeployment({ image: 'podinfo:6.0.1' });
    const promoted = patched(left, deployment.promotionPatch(target, left, context));
    expect(asRecord(templateOf(promoted)['metadata'])['annotations']).toEqual({ 'flagger-id': 'abc' });
  });

  it('takes away what the target no longer has', () => {
    const rich = podinfoDeployment({
      podMetadata: { labels: { app: 'podinfo', old: 'x' }, annotations: { gone: 'y' } },
      podSpec: { nodeSelector: { disk: 'ssd' }, hostNetwork: true },
    });
    const running = deployment.buildPrimary(rich, context);
    const target = podinfoDeployment({
      spec: { ...specOf(podinfoDeployment()), strategy: { type: 'Recreate' } },
    });
    const patch = deployment.promotionPatch(target, running, context);
    expect(patch).toMatchObject({
      spec: {
        strategy: { type: 'Recreate', rollingUpdate: null },
        template: {
          metadata: { labels: { old: null }, annotations: null },
          spec: { nodeSelector: null, hostNetwork: null },
        },
      },
    });
  });

  it('copies the size unless an autoscaler has it, and never stops the primary', () => {
    const grown = podinfoDeployment({ spec: { ...specOf(podinfoDeployment()), replicas: 5 } });
    const stopped = podinfoDeployment({ spec: { ...specOf(podinfoDeployment()), replicas: 0 } });
    expect(deployment.promotionPatch(grown, primary, context)).toEqual({ spec: { replicas: 5 } });
    expect(deployment.promotionPatch(stopped, primary, context)).toEqual({});
    const autoscalerRef = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      name: 'x',
    } as const;
    const scaled = { ...context, canary: podinfoCanary({ spec: { autoscalerRef } }) };
    expect(deployment.promotionPatch(grown, primary, scaled)).toEqual({});
  });

  it('leaves annotations alone that others put on the primary', () => {
    const noted = patched(primary, { metadata: { annotations: { theirs: 'x' } } });
    expect(deployment.promotionPatch(podinfoDeployment(), noted, context)).toEqual({});
  });
});

describe('a primary that Flagger left', () => {
  const reading = (name: string) =>
    podinfoDeployment({
      container: { envFrom: [{ secretRef: { name } }, { secretRef: { name: 'other' } }] },
    });
  const left = (target: AnyKubeObject) =>
    patched(deployment.buildPrimary(target, context), { metadata: { annotations: null } });

  it('differs when it reads a copy of something else', () => {
    expect(deployment.runsSame(reading('db'), left(reading('db-primary')), context)).toBe(true);
    expect(deployment.runsSame(reading('db'), left(reading('cache-primary')), context)).toBe(false);
    expect(deployment.runsSame(reading('db'), left(reading('db-primary-primary')), context)).toBe(false);
  });

  it('reads db-primary where the target does: a name that ends so need not be a copy', () => {
    const target = reading('db-primary');
    expect(deployment.runsSame(target, left(target), context)).toBe(true);
    expect(deployment.runsSame(target, left(reading('db')), context)).toBe(false);
    const envFrom = [{ secretRef: { name: 'db' } }, { secretRef: { name: 'db-primary' } }];
    const both = podinfoDeployment({ container: { envFrom } });
    expect(deployment.runsSame(both, left(both), context)).toBe(true);
  });

  it('is told from one of ours, for which db-primary and db are two secrets', () => {
    const ours = deployment.buildPrimary(reading('db-primary'), context);
    expect(deployment.runsSame(reading('db'), ours, context)).toBe(false);
  });
});

describe('readiness of a Deployment', () => {
  const ready = (status: Readonly<Record<string, unknown>>, percent = 100, replicas = 4) =>
    deployment.readiness(
      podinfoDeployment({
        spec: { replicas },
        status: { observedGeneration: 1, replicas: 4, updatedReplicas: 4, availableReplicas: 4, ...status },
      }),
      percent,
    );

  it.each([
    ['too few updated pods', { updatedReplicas: 3 }, '3 of 4 pods updated'],
    ['old pods that still run', { replicas: 5 }, '1 old pods still have to stop'],
    ['too few available pods', { availableReplicas: 3 }, '3 of 4 updated pods available, 4 needed'],
    ['no status at all', { replicas: undefined, updatedReplicas: undefined }, '0 of 4 pods updated'],
  ])('waits for %s', (_name, status, message) => {
    expect(ready(status)).toEqual({ ready: false, stuck: false, message });
  });

  it('cuts the share of pods it needs down to a whole number', () => {
    expect(ready({ availableReplicas: 2 }, 74).ready).toBe(true);
    expect(ready({ availableReplicas: 2 }, 75).ready).toBe(false);
    expect(ready({ availableReplicas: 0 }, 0).ready).toBe(true);
  });

  it('is stuck when Kubernetes gave up', () => {
    const conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: 'timed out' }];
    expect(ready({ conditions })).toEqual({ ready: false, stuck: true, message: 'timed out' });
  });

  it('is ready at zero replicas, even after a rollout that Kubernetes gave up', () => {
    const conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }];
    expect(ready({ conditions, updatedReplicas: 0 }, 100, 0).ready).toBe(true);
  });
});

describe('ports of a Deployment', () => {
  const container = (name: string, ports: readonly unknown[]) => ({ name, ports });
  const discover = (service: Parameters<typeof podinfoCanary>[0], containers: readonly unknown[]) =>
    deployment.discoverPorts(
      podinfoDeployment({ podSpec: { containers } }),
      serviceOf(podinfoCanary(service)),
    );

  it('are not looked for unless asked', () => {
    expect(discover({}, [container('a', [{ containerPort: 9797 }])])).toEqual([]);
  });

  it('are all but the service port, those of mesh sidecars, and repeated ones', () => {
    const ports = discover({ service: { portDiscovery: true, port: 80, targetPort: 'http' } }, [
      container('podinfod', [
        { name: 'http', containerPort: 9898 },
        { containerPort: 9797 },
        { name: 'grpc', containerPort: 9999 },
        { name: 'grpc-udp', containerPort: 9999, protocol: 'UDP' },
      ]),
      container('istio-proxy', [{ containerPort: 15_090 }]),
    ]);
    expect(ports).toEqual([
      { name: 'tcp-podinfod-1', port: 9797 },
      { name: 'grpc', port: 9999 },
    ]);
  });
});

describe('findWorkload', () => {
  it('knows kinds by their exact name', () => {
    expect(findWorkload('Deployment')).toBe(deployment);
    expect(findWorkload('deployment')).toBeUndefined();
    expect(findWorkload('StatefulSet')).toBeUndefined();
  });
});
