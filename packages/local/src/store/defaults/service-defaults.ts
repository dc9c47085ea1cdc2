import { isObject, listAt, objectAt, type JsonObject } from '../json.ts';
import { ensure, fill } from './fill.ts';

/** Fills in a Service's defaults. `allocate` returns a new virtual address; an existing one is kept. */
export function fillService(
  object: JsonObject,
  previous: JsonObject | undefined,
  allocate: (() => string) | undefined,
): void {
  const spec = ensure(object, 'spec');
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  for (const port of listAt(spec, 'ports')) {
    if (isObject(port)) fill(port, { protocol: 'TCP', targetPort: port['port'] });
  }
  if (spec['type'] === 'ExternalName') return;
  fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  const known = objectAt(previous, 'spec')['clusterIP'];
  if (!spec['clusterIP']) {
    const address = known || allocate?.();
    if (address !== undefined) spec['clusterIP'] = address;
  }
  if (spec['clusterIP'] !== undefined) fill(spec, { clusterIPs: [spec['clusterIP']] });
}
