import { isObject, listAt, objectAt, type JsonObject } from '../json.ts';
import { fill } from './fill.ts';

/** Fills in the real server's defaults of a pod's spec, in place; clients and diffs rely on most of them. */
export function fillPodSpec(spec: JsonObject): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  for (const key of ['containers', 'initContainers']) {
    for (const container of listAt(spec, key)) if (isObject(container)) fillContainer(container);
  }
  for (const volume of listAt(spec, 'volumes')) if (isObject(volume)) fillVolume(volume);
}

function fillContainer(container: JsonObject): void {
  fill(container, {
    imagePullPolicy: pullPolicy(container['image']),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  for (const port of listAt(container, 'ports')) if (isObject(port)) fill(port, { protocol: 'TCP' });
  for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (isObject(container[key])) fillProbe(container[key]);
  }
  for (const variable of listAt(container, 'env')) {
    const field = objectAt(objectAt(variable, 'valueFrom'), 'fieldRef');
    if (field['fieldPath'] !== undefined) fill(field, { apiVersion: 'v1' });
  }
}

/** `:latest`, or no tag at all, is pulled always. */
function pullPolicy(image: unknown): string {
  if (typeof image !== 'string' || image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? 'latest';
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function fillProbe(probe: JsonObject): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (isObject(probe['httpGet'])) fill(probe['httpGet'], { path: '/', scheme: 'HTTP' });
  if (isObject(probe['grpc'])) fill(probe['grpc'], { service: '' });
}

function fillVolume(volume: JsonObject): void {
  for (const key of ['configMap', 'secret', 'projected', 'downwardAPI']) {
    if (isObject(volume[key])) fill(volume[key], { defaultMode: 420 });
  }
  if (isObject(volume['hostPath'])) fill(volume['hostPath'], { type: '' });
}
