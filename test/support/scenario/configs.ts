import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { Scenario } from './scenario.ts';
import { namespace, scenarioDeployment } from './objects.ts';

/** Where the target reads ConfigMap `settings` or Secret `key`. */
export type ConfigSource = `${'envFrom' | 'env' | 'volume' | 'projected' | 'init'} ${'configMap' | 'secret'}`;

const named = (kind: 'configMap' | 'secret', optional: boolean): Readonly<Record<string, unknown>> => ({
  name: kind === 'secret' ? 'key' : 'settings',
  ...(optional ? { optional } : {}),
});

const key = (kind: 'configMap' | 'secret'): string => (kind === 'secret' ? 'token' : 'color');

function container(place: string, kind: 'configMap' | 'secret', optional: boolean): object {
  const ref = named(kind, optional);
  if (place === 'env')
    return { env: [{ name: 'VALUE', valueFrom: { [`${kind}KeyRef`]: { ...ref, key: key(kind) } } }] };
  return place === 'envFrom' || place === 'init' ? { envFrom: [{ [`${kind}Ref`]: ref }] } : {};
}

function volumes(place: string, kind: 'configMap' | 'secret', optional: boolean): readonly object[] {
  const ref = named(kind, optional);
  const { name, ...rest } = ref;
  if (place === 'volume')
    return [
      { name: `v-${kind.toLowerCase()}`, [kind]: kind === 'secret' ? { ...rest, secretName: name } : ref },
    ];
  return place === 'projected'
    ? [{ name: `p-${kind.toLowerCase()}`, projected: { sources: [{ [kind]: ref }] } }]
    : [];
}

/** The target, reading what `sources` say; `optionally` it starts without them. */
function target(sources: readonly ConfigSource[], optional: boolean): AnyKubeObject {
  const deployment = scenarioDeployment('podinfo:1');
  const spec = asRecord(deployment['spec']);
  const template = asRecord(spec['template']);
  const pod = asRecord(template['spec']);
  const [first] = pod['containers'] as readonly object[];
  const parts = sources.map((source) => source.split(' ') as [string, 'configMap' | 'secret']);
  const of = (inInit: boolean): object =>
    Object.assign(
      {},
      ...parts
        .filter(([place]) => (place === 'init') === inInit)
        .map(([place, kind]) => container(place, kind, optional)),
    ) as object;
  const init = parts.some(([place]) => place === 'init')
    ? { initContainers: [{ name: 'init', image: 'init:1', ...of(true) }] }
    : {};
  const all = parts.flatMap(([place, kind]) => volumes(place, kind, optional));
  const podSpec = {
    ...pod,
    ...init,
    containers: [{ ...first, ...of(false) }],
    ...(all.length > 0 ? { volumes: all } : {}),
  };
  return { ...deployment, spec: { ...spec, template: { ...template, spec: podSpec } } };
}

export const reading = (...sources: readonly ConfigSource[]): AnyKubeObject => target(sources, false);
export const readingOptionally = (...sources: readonly ConfigSource[]): AnyKubeObject =>
  target(sources, true);

type Texts = Readonly<Record<string, string>>;

export const configMap = (name: string, data: Texts, annotations: Texts = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, annotations },
  data,
});

export const secret = (
  name: string,
  data: Texts,
  annotations: Texts = {},
  type = 'Opaque',
): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type,
  metadata: { name, namespace, annotations },
  data,
});

export function changeConfig(scenario: Scenario, resource: ResourceType, name: string, data: Texts): void {
  const object = scenario.store.get(resource, { namespace, name });
  if (object === undefined) throw new Error(`no ${resource.kind} ${name}`);
  scenario.store.update(resource, { ...object, data });
}

/** What the primary reads instead of `name`. */
export const copyOf = (scenario: Scenario, resource: ResourceType, name: string): AnyKubeObject | undefined =>
  scenario.store.get(resource, { namespace, name: `${name}-primary` });

const templateOf = (scenario: Scenario, name: string) =>
  asRecord(asRecord(scenario.deployment(name)?.['spec'])['template']);

export const podSpecOf = (scenario: Scenario, name: string): unknown => templateOf(scenario, name)['spec'];

export const templateAnnotation = (scenario: Scenario, name: string, annotation: string) =>
  asText(asRecord(asRecord(templateOf(scenario, name)['metadata'])['annotations'])[annotation]);
