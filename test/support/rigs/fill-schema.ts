import { asRecord } from '@sluice/lib/json/json-read.ts';

/** A value with every field that an OpenAPI v3 schema of a CRD knows, optional ones too: what must come back as it was sent. */
export function fillSchema(schema: unknown): unknown {
  const { type, properties, items, additionalProperties, format, ...rest } = asRecord(schema);
  const [first] = Array.isArray(rest['enum']) ? (rest['enum'] as readonly unknown[]) : [];
  if (first !== undefined) return first;
  if (rest['x-kubernetes-int-or-string'] === true) return 'text';
  if (type === 'array') return [fillSchema(items)];
  if (type === 'integer' || type === 'number') return 1;
  if (type === 'boolean') return true;
  if (type === 'string') return format === 'date-time' ? '2026-01-01T00:00:00Z' : 'text';
  if (additionalProperties !== undefined) return { key: fillSchema(additionalProperties) };
  const fields = Object.entries(asRecord(properties)).map(([name, own]) => [name, fillSchema(own)] as const);
  return Object.fromEntries(fields);
}
