import type { JsonObject } from '../json.ts';

/** Shorthands for structural schemas written by hand. */
export const text = (more: JsonObject = {}): JsonObject => ({ type: 'string', ...more });
export const integer = (more: JsonObject = {}): JsonObject => ({ type: 'integer', ...more });
export const list = (items: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'array',
  items,
  ...more,
});
export const object = (
  properties: Readonly<Record<string, JsonObject>>,
  required: readonly string[] = [],
  more: JsonObject = {},
): JsonObject => ({ type: 'object', properties, ...(required.length > 0 ? { required } : {}), ...more });

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = String.raw`${label}(\.${label})*`;

/** Names as Gateway API's definitions bound them. */
export const hostname = text({ minLength: 1, maxLength: 253, pattern: String.raw`^(\*\.)?${subdomain}$` });
export const preciseHostname = text({ minLength: 1, maxLength: 253, pattern: `^${subdomain}$` });
export const sectionName = preciseHostname;
export const namespaceName = text({ minLength: 1, maxLength: 63, pattern: `^${label}$` });
export const objectName = text({ minLength: 1, maxLength: 253 });
export const headerName = text({
  minLength: 1,
  maxLength: 256,
  pattern: String.raw`^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$`,
});
export const controllerName = text({
  minLength: 1,
  maxLength: 253,
  pattern: String.raw`^${subdomain}\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$`,
});
export const protocolName = text({
  minLength: 1,
  maxLength: 255,
  pattern: String.raw`^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|${subdomain}\/[A-Za-z0-9]+$`,
});
export const groupName = (more: JsonObject = {}): JsonObject =>
  text({ maxLength: 253, pattern: `^$|^${subdomain}$`, ...more });
export const kindName = (more: JsonObject = {}): JsonObject =>
  text({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$', ...more });

export const port = integer({ minimum: 1, maximum: 65_535 });

export const conditions = list(
  object(
    {
      type: text({ maxLength: 316 }),
      status: text({ enum: ['True', 'False', 'Unknown'] }),
      reason: text({ minLength: 1, maxLength: 1024 }),
      message: text({ maxLength: 32_768 }),
      lastTransitionTime: text({ format: 'date-time' }),
      observedGeneration: integer({ minimum: 0 }),
    },
    ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
  ),
  { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
);

export const parentReference = object(
  {
    group: groupName({ default: 'gateway.networking.k8s.io' }),
    kind: kindName({ default: 'Gateway' }),
    namespace: namespaceName,
    name: objectName,
    sectionName,
    port,
  },
  ['name'],
);
