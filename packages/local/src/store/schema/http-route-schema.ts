import type { JsonObject } from '../json.ts';
import {
  groupName,
  headerName,
  integer,
  kindName,
  list,
  namespaceName,
  object,
  objectName,
  port,
  preciseHostname,
  sectionName,
  text,
} from './schema-parts.ts';

const header = object({ name: headerName, value: text({ minLength: 1, maxLength: 4096 }) }, [
  'name',
  'value',
]);
const headerFilter = object({
  set: list(header, { maxItems: 16, ...keyedByName() }),
  add: list(header, { maxItems: 16, ...keyedByName() }),
  remove: list(text(), { maxItems: 16 }),
});

const reference = {
  group: groupName({ default: '' }),
  kind: kindName({ default: 'Service' }),
  name: objectName,
  namespace: namespaceName,
  port,
} as const;

const pathModifier = object(
  {
    type: text({ enum: ['ReplaceFullPath', 'ReplacePrefixMatch'] }),
    replaceFullPath: text({ maxLength: 1024 }),
    replacePrefixMatch: text({ maxLength: 1024 }),
  },
  ['type'],
);

const filter = object(
  {
    type: text({
      enum: [
        'RequestHeaderModifier',
        'ResponseHeaderModifier',
        'RequestMirror',
        'RequestRedirect',
        'URLRewrite',
        'ExtensionRef',
        'CORS',
        'ExternalAuth',
      ],
    }),
    requestHeaderModifier: headerFilter,
    responseHeaderModifier: headerFilter,
    requestMirror: object(
      {
        backendRef: object(reference, ['name']),
        percent: integer({ minimum: 0, maximum: 100 }),
        fraction: object(
          { numerator: integer({ minimum: 0 }), denominator: integer({ minimum: 1, default: 100 }) },
          ['numerator'],
        ),
      },
      ['backendRef'],
    ),
    requestRedirect: object({
      scheme: text({ enum: ['http', 'https'] }),
      hostname: preciseHostname,
      path: pathModifier,
      port,
      statusCode: integer({ enum: [301, 302, 303, 307, 308], default: 302 }),
    }),
    urlRewrite: object({ hostname: preciseHostname, path: pathModifier }),
    extensionRef: object({ group: groupName(), kind: kindName(), name: objectName }, [
      'group',
      'kind',
      'name',
    ]),
    cors: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    externalAuth: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
  ['type'],
);

const valueMatch = object(
  {
    type: text({ enum: ['Exact', 'RegularExpression'], default: 'Exact' }),
    name: headerName,
    value: text({ minLength: 1, maxLength: 4096 }),
  },
  ['name', 'value'],
);

const match = object({
  path: object(
    {
      type: text({ enum: ['Exact', 'PathPrefix', 'RegularExpression'], default: 'PathPrefix' }),
      value: text({ maxLength: 1024, default: '/' }),
    },
    [],
    { default: { type: 'PathPrefix', value: '/' } },
  ),
  headers: list(valueMatch, { maxItems: 16, ...keyedByName() }),
  queryParams: list(valueMatch, { maxItems: 16, ...keyedByName() }),
  method: text({ enum: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] }),
});

const backend = object(
  {
    ...reference,
    weight: integer({ minimum: 0, maximum: 1_000_000, default: 1 }),
    filters: list(filter, { maxItems: 16 }),
  },
  ['name'],
);

const gatewayDuration = text({ pattern: '^([0-9]{1,5}(h|m|s|ms)){1,4}$' });

/** One rule of an HTTPRoute. */
export const routeRule = object({
  name: sectionName,
  matches: list(match, { maxItems: 64, default: [{ path: { type: 'PathPrefix', value: '/' } }] }),
  filters: list(filter, { maxItems: 16 }),
  backendRefs: list(backend, { maxItems: 16 }),
  timeouts: object({ request: gatewayDuration, backendRequest: gatewayDuration }),
  retry: object({ codes: list(integer()), attempts: integer(), backoff: gatewayDuration }),
  sessionPersistence: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
});

function keyedByName(): JsonObject {
  return { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] };
}
