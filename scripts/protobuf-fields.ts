/**
 * Writes packages/local/src/api/protobuf/message-fields.json, the fields by number of the messages that the local cluster
 * reads, from the sources of Kubernetes' types. Numbers never change; run it again for a new version of Kubernetes:
 *
 *   (cd test/control-plane && go mod download k8s.io/api k8s.io/apimachinery)
 *   node scripts/protobuf-fields.ts $(cd test/control-plane && go list -m -f '{{.Dir}}' k8s.io/api k8s.io/apimachinery)
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInKinds } from '@sluice/local/store/built-in-kinds.ts';

const [api = '', machinery = ''] = process.argv.slice(2);
const meta = 'meta/v1';

interface Source {
  readonly structs: ReadonlyMap<string, string>;
  /** Of named scalars. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Package by its name in this source. */
  readonly imports: ReadonlyMap<string, string>;
}

const sources = new Map<string, Source>();

/** The types of `core/v1`; undefined: there is no such package. */
function sourceOf(place: string): Source | undefined {
  const known = sources.get(place);
  if (known !== undefined) return known;
  const folder = place === meta ? join(machinery, 'pkg/apis', place) : join(api, place);
  const text = globSync(join(folder, '*types.go'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  if (text === '') return undefined;
  const all = (pattern: RegExp): Map<string, string> =>
    new Map([...text.matchAll(pattern)].map(([, name = '', value = '']) => [name, value]));
  const imports = [...text.matchAll(/^\t(?:(\w+) )?"k8s\.io\/(?:api|apimachinery\/pkg\/apis)\/([\w/]+)"$/gm)];
  const source: Source = {
    structs: all(/^type (\w+) struct \{\n(.*?)^\}/gms),
    aliases: all(/^type (\w+) (string|int32|int64|bool|\[\]string|map\[\w+\][\w.]+)$/gm),
    imports: new Map(imports.map(([, name, path = '']) => [name ?? path.split('/').at(-1) ?? '', path])),
  };
  sources.set(place, source);
  return source;
}

const scalars: Readonly<Record<string, string>> = {
  string: 'text',
  bool: 'boolean',
  int32: 'number',
  int64: 'number',
  'types.UID': 'text',
  'types.NodeName': 'text',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'int-or-string',
  'runtime.RawExtension': 'raw',
  [`${meta}.FieldsV1`]: 'raw',
  [`${meta}.Time`]: 'time',
  [`${meta}.MicroTime`]: 'micro-time',
};

const messages: Record<string, Record<string, string>> = {};

/** Adds the message of a struct, and those that it is made of. Returns its name. */
function visit(place: string, name: string): string {
  const key = `${place}.${name}`;
  const body = sourceOf(place)?.structs.get(name);
  if (body === undefined) throw new Error(`${key} is not there`);
  if (messages[key] !== undefined) return key;
  const fields: Record<string, string> = {};
  messages[key] = fields;
  for (const line of body.split('\n')) {
    const match = /^\t(?:(\w+)\s+)?(\S+)\s+`json:"([^",]*)([^"]*)".*protobuf:"\w+,(\d+),/.exec(line);
    if (match === null) continue;
    const [, , type = '', json = '', options = '', number = ''] = match;
    const inline = json === '' && options.includes('inline');
    fields[number] = inline ? `|${typeOf(type, place)}|inline` : `${json}|${typeOf(type, place)}`;
  }
  return key;
}

/** A type and how it is used: `many`, `map`, or `set` for a pointer, whose zero counts. */
function typeOf(type: string, place: string): string {
  if (type === '[]byte') return 'bytes';
  if (type.startsWith('[]')) return `${typeOf(type.slice(2), place)}|many`;
  const value = /^map\[[\w.]+\](.+)$/.exec(type)?.[1];
  if (value !== undefined) return `${typeOf(value, place)}|map`;
  if (type.startsWith('*')) return `${typeOf(type.slice(1), place)}|set`;
  const [first = '', second] = type.split('.');
  const there = second === undefined ? place : sourceOf(place)?.imports.get(first);
  const name = second ?? first;
  const scalar = scalars[type] ?? scalars[`${there}.${name}`];
  if (scalar !== undefined) return scalar;
  if (there === undefined) throw new Error(`${type} of ${place} is unknown`);
  if (name === 'ExtraValue') return 'texts';
  const alias = sourceOf(there)?.aliases.get(name);
  return alias === undefined ? visit(there, name) : typeOf(alias, there);
}

const folders: Readonly<Record<string, string>> = { '': 'core' };
const more = [
  ['authorization.k8s.io', 'v1', 'SelfSubjectAccessReview'],
  ['authorization.k8s.io', 'v1', 'SelfSubjectRulesReview'],
  ['authentication.k8s.io', 'v1', 'SelfSubjectReview'],
  ['autoscaling', 'v1', 'Scale'],
  ['policy', 'v1', 'Eviction'],
] as const;

const roots: Record<string, string> = { DeleteOptions: visit(meta, 'DeleteOptions') };
const served = builtInKinds.flatMap(({ resource: { group, kind }, versions }) =>
  versions.map((version) => [group, version, kind] as const),
);
for (const [group, version, kind] of [...served, ...more]) {
  const place = `${folders[group] ?? group.replace(/\..*/, '')}/${version}`;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  if (sourceOf(place) !== undefined) roots[`${apiVersion} ${kind}`] = visit(place, kind);
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
const file = join(import.meta.dirname, '../packages/local/src/api/protobuf/message-fields.json');
writeFileSync(
  file,
  `${JSON.stringify({ roots: sorted(roots), messages: sorted(messages) }, undefined, 2)}\n`,
);
