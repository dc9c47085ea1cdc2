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
    group: text({ default: 'gateway.networking.k8s.io' }),
    kind: text({ default: 'Gateway' }),
    namespace: text({ minLength: 1, maxLength: 63 }),
    name: text({ minLength: 1, maxLength: 253 }),
    sectionName: text({ minLength: 1, maxLength: 253 }),
    port,
  },
  ['name'],
);
