import type { AnyKubeObject, ResourceType } from '../api/kube-object.ts';
import { scalerKinds } from '../api/references.ts';
import { endpointSlices, metricTemplates } from '../api/resources.ts';
import { asList, asRecord, asText } from '../lib/json-read.ts';
import { keyOf } from '../rules/names.ts';

/**
 * Which canaries a changed object concerns. Everything a canary reads is named after its target or its apex
 * service, so names decide; a change of nothing that a canary reads wakes no pass. Answers by an index: with
 * thousands of canaries each of their objects comes along here.
 */
export interface CanaryIndex {
  put(canary: AnyKubeObject): void;
  remove(canary: AnyKubeObject): void;
  readersOf(resource: ResourceType, object: AnyKubeObject): readonly AnyKubeObject[];
  inNamespace(namespace: string): readonly AnyKubeObject[];
  count(namespace: string): number;
}

export function createCanaryIndex(): CanaryIndex {
  const entries = new Map<string, { readonly canary: AnyKubeObject; readonly topics: readonly string[] }>();
  const byTopic = new Map<string, Set<string>>();

  const forget = (key: string): void => {
    for (const topic of entries.get(key)?.topics ?? []) {
      const keys = byTopic.get(topic);
      keys?.delete(key);
      if (keys?.size === 0) byTopic.delete(topic);
    }
    entries.delete(key);
  };
  const on = (topics: readonly string[]): readonly AnyKubeObject[] => {
    const keys = new Set(topics.flatMap((topic) => [...(byTopic.get(topic) ?? [])]));
    return [...keys].flatMap((key) => entries.get(key)?.canary ?? []);
  };

  return {
    put(canary) {
      const key = keyOf(canary);
      forget(key);
      const topics = topicsOf(canary);
      entries.set(key, { canary, topics });
      for (const topic of topics) byTopic.set(topic, (byTopic.get(topic) ?? new Set()).add(key));
    },
    remove: (canary) => forget(keyOf(canary)),
    readersOf(resource, object) {
      return on(subjectsOf(resource, object));
    },
    inNamespace: (namespace) => on([`namespace ${namespace}`]),
    count: (namespace) => byTopic.get(`namespace ${namespace}`)?.size ?? 0,
  };
}

/** Of an autoscaler only the spec is read: what it writes of its metrics, each few seconds, is no news. */
export const isScaler = (resource: ResourceType): boolean =>
  scalerKinds.some((kind) => kind === resource.kind);

/** What a canary is interested in. */
function topicsOf(canary: AnyKubeObject): readonly string[] {
  const { namespace = '', uid = '' } = canary.metadata;
  const spec = asRecord(canary['spec']);
  return [
    ...new Set([
      `namespace ${namespace}`,
      `owner ${uid}`,
      ...namesUsed(spec).map((name) => `name ${namespace}/${name}`),
      ...scalersUsed(spec).map((scaler) => `scaler ${namespace}/${scaler}`),
      ...templatesUsed(spec, namespace).map((template) => `template ${template}`),
    ]),
  ];
}

/** What a changed object is called in the words of `topicsOf`. */
function subjectsOf(resource: ResourceType, { metadata }: AnyKubeObject): readonly string[] {
  const { name, namespace = '' } = metadata;
  // The scaler that the canary names, that of its primary, and what was one when the canary named another.
  if (isScaler(resource))
    return [
      `scaler ${namespace}/${resource.kind}/${name}`,
      ...(metadata.ownerReferences ?? []).map(({ uid }) => `owner ${uid}`),
    ];
  if (resource.plural === metricTemplates.plural) return [`template ${namespace}/${name}`];
  const isSlice = resource.plural === endpointSlices.plural;
  const subject = isSlice ? (metadata.labels?.['kubernetes.io/service-name'] ?? '') : name;
  return [`name ${namespace}/${subject}`];
}

function namesUsed(spec: Readonly<Record<string, unknown>>): readonly string[] {
  const target = asText(asRecord(spec['targetRef'])['name']) ?? '';
  const apex = asText(asRecord(spec['service'])['name']) || target;
  return [target, `${target}-primary`, apex, `${apex}-primary`, `${apex}-canary`];
}

function scalersUsed(spec: Readonly<Record<string, unknown>>): readonly string[] {
  const ref = asRecord(spec['autoscalerRef']);
  const [kind, name] = [asText(ref['kind']), asText(ref['name'])];
  return kind === undefined || name === undefined ? [] : [`${kind}/${name}`, `${kind}/${name}-primary`];
}

function templatesUsed(spec: Readonly<Record<string, unknown>>, namespace: string): readonly string[] {
  return asList(asRecord(spec['analysis'])['metrics']).flatMap((metric) => {
    const ref = asRecord(asRecord(metric)['templateRef']);
    const name = asText(ref['name']);
    return name === undefined ? [] : [`${asText(ref['namespace']) ?? namespace}/${name}`];
  });
}
