import { apiVersionOf } from '@sluice/kube/objects/resources.ts';
import { isObject, type JsonObject } from '../../store/json.ts';
import { builtInSchema, metadataSchema } from '../../store/schema/built-in-schemas.ts';
import type { ServedKind } from '../../store/served-kind.ts';
import { unknownPath } from '../../store/status-error.ts';
import { json } from '../answer.ts';
import { describeKind } from './descriptions.ts';

/** `/openapi/v3`: one document per group version. Without it `kubectl apply` and helm stop before the first object. */
export function openapiIndex(kinds: readonly ServedKind[]): Response {
  const names = new Set(kinds.flatMap((kind) => kind.versions.map((version) => documentName(kind, version))));
  const paths = Object.fromEntries(
    [...names].map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}` }]),
  );
  return json({ paths });
}

/**
 * The document of one group version. Each kind has a path whose `patch` takes `fieldValidation` (so that clients leave
 * validation to the server), and a schema, which `kubectl explain` prints.
 */
export function openapiDocument(kinds: readonly ServedKind[], name: string): Response {
  const members = kinds.flatMap((kind) =>
    kind.versions
      .filter((version) => documentName(kind, version) === name)
      .map((version) => ({ kind, version })),
  );
  if (members.length === 0) throw unknownPath();
  return json({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.36.0' },
    paths: Object.fromEntries(members.flatMap(({ kind, version }) => pathsOf(kind, version))),
    components: {
      schemas: Object.fromEntries(members.map(({ kind, version }) => schemaEntry(kind, version))),
    },
  });
}

function documentName({ resource }: ServedKind, version: string): string {
  return `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf({ ...resource, version })}`;
}

const gvk = ({ resource }: ServedKind, version: string) => ({
  group: resource.group,
  version,
  kind: resource.kind,
});

function pathsOf(kind: ServedKind, version: string): [string, unknown][] {
  const scope = kind.resource.namespaced ? 'namespaces/{namespace}/' : '';
  const collection = `/${documentName(kind, version)}/${scope}${kind.resource.plural}`;
  const extension = { 'x-kubernetes-group-version-kind': gvk(kind, version) };
  const parameters = ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
    name,
    in: 'query',
    schema: { type: 'string' },
  }));
  const responses = { '200': { description: 'OK' } };
  const operation = (action: string) => ({ 'x-kubernetes-action': action, ...extension, responses });
  return [
    [collection, { get: operation('list'), post: { ...operation('post'), parameters } }],
    [`${collection}/{name}`, { get: operation('get'), patch: { ...operation('patch'), parameters } }],
  ];
}

function schemaEntry(kind: ServedKind, version: string): [string, unknown] {
  const schema = kind.custom === undefined ? builtInSchema(kind.resource) : kind.custom.get(version)?.schema;
  const shown = withoutCycles(schema ?? { type: 'object' }, []);
  const properties = {
    apiVersion: { type: 'string', description: 'Version of this representation of the object.' },
    kind: { type: 'string', description: 'What the object is.' },
    ...(isObject(shown['properties']) ? shown['properties'] : {}),
    metadata: {
      ...withoutCycles(metadataSchema(), []),
      description: "The object's name, labels and bookkeeping.",
    },
  };
  const name = [...kind.resource.group.split('.').toReversed(), version, kind.resource.kind]
    .filter(Boolean)
    .join('.');
  const description = typeof shown['description'] === 'string' ? shown['description'] : describeKind(kind);
  return [
    name,
    { ...shown, description, properties, 'x-kubernetes-group-version-kind': [gvk(kind, version)] },
  ];
}

/** Cuts off models that contain themselves (a schema of schemas) where they repeat. */
function withoutCycles(schema: JsonObject, above: readonly JsonObject[]): JsonObject {
  if (above.includes(schema)) return { type: 'object' };
  const path = [...above, schema];
  const below = (value: unknown): unknown => (isObject(value) ? withoutCycles(value, path) : value);
  const copy: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' && isObject(value)) {
      copy[key] = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, below(member)]));
    } else copy[key] = key === 'items' || key === 'additionalProperties' ? below(value) : value;
  }
  return copy;
}
