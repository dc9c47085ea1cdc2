import type { ServedKind } from '../../store/served-kind.ts';
import { isObject, listAt, objectAt, type JsonObject } from '../../store/json.ts';

/** How a list merges: by key members of its items, as a set of plain values, or (undefined) not at all. */
export type ListRule = { readonly keys: readonly string[] } | { readonly set: true };

/** The rule of the list at `path` (member names from the root; lists add no step). */
export type ListRules = (path: readonly string[]) => ListRule | undefined;

/** One row: the last names of a path, the key of strategic patches, and what server-side apply adds to it. */
type Row = readonly [suffix: string, strategic: string, applyAlso?: string];

const everywhere: readonly Row[] = [
  ['metadata.ownerReferences', 'uid'],
  ['spec.containers', 'name'],
  ['spec.initContainers', 'name'],
  ['spec.ephemeralContainers', 'name'],
  ['spec.volumes', 'name'],
  ['spec.imagePullSecrets', 'name'],
  ['spec.hostAliases', 'ip'],
  ['spec.resourceClaims', 'name'],
  ['spec.topologySpreadConstraints', 'topologyKey', 'whenUnsatisfiable'],
  ['containers.env', 'name'],
  ['containers.volumeMounts', 'mountPath'],
  ['containers.volumeDevices', 'devicePath'],
  ['containers.ports', 'containerPort', 'protocol'],
  ['initContainers.env', 'name'],
  ['initContainers.volumeMounts', 'mountPath'],
  ['initContainers.volumeDevices', 'devicePath'],
  ['initContainers.ports', 'containerPort', 'protocol'],
  ['status.conditions', 'type'],
];

const byKind: Readonly<Record<string, readonly Row[]>> = {
  services: [['spec.ports', 'port', 'protocol']],
  serviceaccounts: [['secrets', 'name']],
  nodes: [['status.addresses', 'type']],
  gateways: [
    ['spec.listeners', 'name'],
    ['status.listeners', 'name'],
    ['listeners.conditions', 'type'],
  ],
  pods: [
    ['status.podIPs', 'ip'],
    ['status.hostIPs', 'ip'],
  ],
};

const finalizers: ListRule = { set: true };

/** List rules of strategic merge patches. Clients compute these from the same table, compiled in. */
export const strategicRules = (kind: ServedKind): ListRules => tableRules(kind, (row) => [row[1]]);

/** Rules of server-side apply: the table for built-in kinds, the schema's `x-kubernetes-list-*` for custom ones. */
export function applyRules(kind: ServedKind, version: string): ListRules {
  const custom = kind.custom?.get(version)?.schema;
  const table = tableRules(kind, (row) => (row[2] === undefined ? [row[1]] : [row[1], row[2]]));
  if (kind.custom === undefined) return table;
  return (path) => (path[0] === 'metadata' ? table(path) : schemaRule(custom, path));
}

function tableRules(kind: ServedKind, keysOf: (row: Row) => readonly string[]): ListRules {
  const rows = [...(kind.custom === undefined ? (byKind[kind.resource.plural] ?? []) : []), ...everywhere];
  const rules = new Map(rows.map((row) => [row[0], { keys: keysOf(row) }]));
  return (path) => {
    const suffix = path.slice(-2).join('.');
    return suffix === 'metadata.finalizers' ? finalizers : rules.get(suffix);
  };
}

function schemaRule(root: JsonObject | undefined, path: readonly string[]): ListRule | undefined {
  let schema: unknown = root;
  for (const step of path) {
    const properties = objectAt(itemsOf(schema), 'properties');
    schema = properties[step] ?? objectAt(itemsOf(schema), 'additionalProperties');
  }
  if (!isObject(schema)) return undefined;
  if (schema['x-kubernetes-list-type'] === 'set') return finalizers;
  const keys = listAt(schema, 'x-kubernetes-list-map-keys').filter((key) => typeof key === 'string');
  return keys.length > 0 ? { keys } : undefined;
}

const itemsOf = (schema: unknown): unknown =>
  isObject(schema) && schema['type'] === 'array' ? schema['items'] : schema;
