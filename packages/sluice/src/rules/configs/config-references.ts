import { asText, isRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { ConfigKind, ConfigReference } from '../../ports/workload.ts';

type Place = { readonly kind: ConfigKind; readonly path: readonly string[]; readonly nameField: string };

/**
 * Every place of a pod spec that names a ConfigMap or Secret whose content its containers read. Tracking, copying
 * and renaming all use these places, so that nothing is copied without being renamed, or the other way round.
 * The kubelet reads imagePullSecrets; ephemeral containers are added to a pod, never to a template.
 */
const places: readonly Place[] = [
  place('ConfigMap', 'volumes[].configMap'),
  place('Secret', 'volumes[].secret', 'secretName'),
  place('ConfigMap', 'volumes[].projected.sources[].configMap'),
  place('Secret', 'volumes[].projected.sources[].secret'),
  ...['initContainers', 'containers'].flatMap((containers) => [
    place('ConfigMap', `${containers}[].env[].valueFrom.configMapKeyRef`),
    place('Secret', `${containers}[].env[].valueFrom.secretKeyRef`),
    place('ConfigMap', `${containers}[].envFrom[].configMapRef`),
    place('Secret', `${containers}[].envFrom[].secretRef`),
  ]),
];

/**
 * The ConfigMaps and Secrets that pods of this spec read, each once. An object that is required anywhere is
 * required: its pods do not start without it.
 */
export function findConfigReferences(podSpec: unknown): readonly ConfigReference[] {
  const found = new Map<string, ConfigReference>();
  mapReferences(podSpec, (reference) => {
    const key = configKey(reference.kind, reference.name);
    const optional = reference.optional && (found.get(key)?.optional ?? true);
    found.set(key, { ...reference, optional });
    return reference.name;
  });
  return [...found.values()];
}

/** The same pod spec with each reference under the name that `rename` gives it. */
export function renameConfigReferences(
  podSpec: JsonRecord,
  rename: (kind: ConfigKind, name: string) => string,
): JsonRecord {
  const renamed = mapReferences(podSpec, ({ kind, name }) => rename(kind, name));
  return isRecord(renamed) ? renamed : podSpec;
}

/** `configmap/name` or `secret/name`: the keys of `status.trackedConfigs` and of `PrimaryContext.configNames`. */
export const configKey = (kind: ConfigKind, name: string): string => `${kind.toLowerCase()}/${name}`;

function place(kind: ConfigKind, path: string, nameField = 'name'): Place {
  return { kind, path: path.replaceAll('[]', '.[]').split('.'), nameField };
}

function mapReferences(podSpec: unknown, nameOf: (reference: ConfigReference) => string): unknown {
  return places.reduce((spec, at) => mapAt(spec, at.path, (source) => mapName(source, at, nameOf)), podSpec);
}

function mapName(
  source: JsonRecord,
  { kind, nameField }: Place,
  nameOf: (reference: ConfigReference) => string,
): JsonRecord {
  const name = asText(source[nameField]) ?? '';
  // The API server lets an empty name through; it refers to nothing.
  if (name === '') return source;
  return { ...source, [nameField]: nameOf({ kind, name, optional: source['optional'] === true }) };
}

/** `value` with `change` applied to what `path` leads to; `[]` means each item of a list. */
function mapAt(value: unknown, path: readonly string[], change: (found: JsonRecord) => JsonRecord): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return isRecord(value) ? change(value) : value;
  if (step === '[]') {
    return Array.isArray(value) ? value.map((item: unknown) => mapAt(item, rest, change)) : value;
  }
  if (!isRecord(value) || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: mapAt(value[step], rest, change) };
}
