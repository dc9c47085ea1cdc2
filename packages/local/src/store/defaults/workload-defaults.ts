import { isObject, objectAt, type JsonObject } from '../json.ts';
import { ensure, fill } from './fill.ts';
import { fillPodSpec } from './pod-defaults.ts';

const rolling = { maxSurge: '25%', maxUnavailable: '25%' };

export function fillDeployment(object: JsonObject): void {
  const spec = ensure(object, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  fillStrategy(ensure(spec, 'strategy'), rolling);
  fillTemplate(spec);
}

export function fillReplicaSet(object: JsonObject): void {
  const spec = ensure(object, 'spec');
  fill(spec, { replicas: 1 });
  fillTemplate(spec);
}

export function fillDaemonSet(object: JsonObject): void {
  const spec = ensure(object, 'spec');
  fill(spec, { revisionHistoryLimit: 10 });
  fillStrategy(ensure(spec, 'updateStrategy'), { maxSurge: 0, maxUnavailable: 1 });
  fillTemplate(spec);
}

export function fillStatefulSet(object: JsonObject): void {
  const spec = ensure(object, 'spec');
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' });
  fillStrategy(ensure(spec, 'updateStrategy'), { partition: 0 });
  fillTemplate(spec);
}

export function fillJob(object: JsonObject): void {
  const spec = ensure(object, 'spec');
  fill(spec, {
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    completions: 1,
    parallelism: 1,
    suspend: false,
  });
  fillTemplate(spec);
}

export function fillAutoscaler(object: JsonObject): void {
  const resource = { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } };
  fill(ensure(object, 'spec'), { minReplicas: 1, metrics: [{ type: 'Resource', resource }] });
}

function fillStrategy(strategy: JsonObject, rollingUpdate: JsonObject): void {
  fill(strategy, { type: 'RollingUpdate' });
  if (strategy['type'] === 'RollingUpdate') fill(ensure(strategy, 'rollingUpdate'), rollingUpdate);
}

function fillTemplate(spec: JsonObject): void {
  if (isObject(objectAt(spec, 'template')['spec'])) fillPodSpec(objectAt(objectAt(spec, 'template'), 'spec'));
}
