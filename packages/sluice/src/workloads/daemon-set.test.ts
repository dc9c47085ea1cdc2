import { describe, expect, it } from 'vitest';
import { describeConfigCopies, describeWorkloadContract } from '../../../../test/contracts/workload.ts';
import { applyMergePatch, isKubeObject } from '../../../../test/support/rigs/apply-patch.ts';
import { podinfoCanary, podinfoDeployment } from '../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { PrimaryContext } from '../ports/workload.ts';
import { daemonSet } from './daemon-set.ts';
import { findWorkload } from './index.ts';

const context: PrimaryContext = {
  canary: podinfoCanary({
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } },
  }),
  selectorLabels: ['app', 'name', 'app.kubernetes.io/name'],
  includeLabelPrefixes: [],
  revision: 'v1:first',
  configNames: new Map(),
};

type Parts = NonNullable<Parameters<typeof podinfoDeployment>[0]>;

/** As an API server returns it. */
function podinfoDaemonSet({ spec: fields = {}, ...parts }: Parts = {}): AnyKubeObject {
  const { spec, ...object } = podinfoDeployment(parts);
  const { selector, template } = asRecord(spec);
  const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
  return {
    ...object,
    kind: 'DaemonSet',
    spec: { selector, template, revisionHistoryLimit: 10, updateStrategy, ...fields },
  };
}

const status = (fields: Readonly<Record<string, number>> = {}) => ({
  observedGeneration: 1,
  desiredNumberScheduled: 3,
  currentNumberScheduled: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
  numberReady: 3,
  ...fields,
});

describeWorkloadContract('DaemonSet', () => ({
  workload: daemonSet,
  target: podinfoDaemonSet({
    podSpec: { nodeSelector: { disk: 'ssd' } },
    container: { env: [{ name: 'COLOR', value: 'blue' }] },
  }),
  changed: podinfoDaemonSet({ image: 'podinfo:6.0.1' }),
  relabelled: podinfoDaemonSet({
    metadata: { labels: { team: 'x' }, annotations: { note: 'y' }, generation: 7 },
    podSpec: { nodeSelector: { disk: 'ssd', 'flagger.app/scale-to-zero': 'true' } },
    container: { env: [{ name: 'COLOR', value: 'blue' }] },
  }),
  unselectable: podinfoDaemonSet({ spec: { selector: { matchLabels: { component: 'podinfo' } } } }),
  healthy: podinfoDaemonSet({ status: status() }),
  unseen: podinfoDaemonSet({ metadata: { generation: 2 }, status: status() }),
  context,
}));

describeConfigCopies('DaemonSet', () => ({
  workload: daemonSet,
  target: podinfoDaemonSet({
    podSpec: {
      volumes: [{ name: 'settings', configMap: { name: 'settings', defaultMode: 420 } }],
      initContainers: [{ name: 'migrate', image: 'migrate', envFrom: [{ secretRef: { name: 'token' } }] }],
    },
    container: {
      env: [{ name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'colors', key: 'x', optional: true } } }],
    },
  }),
  context,
}));

function patched(object: AnyKubeObject, patch: unknown): AnyKubeObject {
  const result = applyMergePatch(object, patch);
  if (!isKubeObject(result)) throw new Error('no object');
  return result;
}

const podSpecOf = (object: AnyKubeObject): unknown =>
  asRecord(asRecord(asRecord(object['spec'])['template'])['spec']);

describe('a DaemonSet', () => {
  it('is found by its kind', () => {
    expect(findWorkload('DaemonSet')).toBe(daemonSet);
  });

  it('is stopped by a node selector that no node satisfies, under the name that Flagger gave it', () => {
    const target = podinfoDaemonSet({ podSpec: { nodeSelector: { disk: 'ssd' } } });
    const stopped = patched(target, daemonSet.scalePatch(target, 0));
    expect(podSpecOf(stopped)).toMatchObject({
      nodeSelector: { disk: 'ssd', 'flagger.app/scale-to-zero': 'true' },
    });
    const started = patched(stopped, daemonSet.scalePatch(stopped, 1));
    expect(started).toEqual(target);
  });

  it('is promoted without the stop of its target, and its primary is started if somebody stopped it', () => {
    const target = podinfoDaemonSet();
    const primary = daemonSet.buildPrimary(target, context);
    const stopped = patched(primary, daemonSet.scalePatch(primary, 0));
    const promoted = patched(stopped, daemonSet.promotionPatch(target, stopped, context));
    expect(daemonSet.replicas(promoted)).toBe(1);
  });

  it('hands on how its pods are replaced, but not what its controller and the API server note', () => {
    const target = podinfoDaemonSet({
      metadata: { annotations: { note: 'kept', 'deprecated.daemonset.template.generation': '4' } },
      spec: { minReadySeconds: 5 },
    });
    const primary = daemonSet.buildPrimary(target, context);
    expect(primary.metadata.annotations).toEqual({ note: 'kept', 'sluice.dev/revision': 'v1:first' });
    expect(primary['spec']).toMatchObject({
      minReadySeconds: 5,
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    });
    expect(primary['spec']).not.toHaveProperty('replicas');
  });

  it('that replaces pods only when they are deleted is refused, with the cure', () => {
    const target = podinfoDaemonSet({ spec: { updateStrategy: { type: 'OnDelete' } } });
    const primary = daemonSet.buildPrimary(podinfoDaemonSet(), context);
    expect(() => daemonSet.buildPrimary(target, context)).toThrow(SluiceError);
    expect(() => daemonSet.promotionPatch(target, primary, context)).toThrow(
      /OnDelete.*set it to RollingUpdate/,
    );
  });
});

describe('the readiness of a DaemonSet', () => {
  const readiness = (fields: Readonly<Record<string, number>>, percent = 100) =>
    daemonSet.readiness(podinfoDaemonSet({ status: status(fields) }), percent);

  it.each([
    ['has old pods', { updatedNumberScheduled: 2 }, 100, false, '2 of 3 nodes have an updated pod'],
    ['has too few pods', { numberAvailable: 2 }, 100, false, '2 of 3 pods available, 3 needed'],
    ['has as many as the threshold asks for', { numberAvailable: 1 }, 50, true, '1 of 3 pods available'],
  ] as const)('says so when it %s', (_when, fields, percent, ready, message) => {
    expect(readiness(fields, percent)).toEqual({ ready, stuck: false, message });
  });

  it('is that of a Deployment of zero when it is stopped', () => {
    const target = podinfoDaemonSet({ status: status({ numberAvailable: 0 }) });
    const stopped = patched(target, daemonSet.scalePatch(target, 0));
    expect(daemonSet.readiness(stopped, 100)).toMatchObject({ ready: true, message: 'stopped on all nodes' });
  });
});
