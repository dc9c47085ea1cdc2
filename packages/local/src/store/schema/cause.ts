import { isObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';

export const invalidValue = (path: string, value: unknown, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  field: path,
  message: `Invalid value: ${shortJson(value)}: ${path} in body ${why}`,
});

/** A rule in CEL: whether it holds, and its message. */
export type RuleCause = readonly [holds: boolean, message: string];

export function invalidRule(field: string, value: unknown, [holds, message]: RuleCause): StatusCause[] {
  if (holds) return [];
  return [{ reason: 'FieldValueInvalid', field, message: `Invalid value: ${shortJson(value)}: ${message}` }];
}

/** Shortens a value for a message, which never holds a whole body. */
export function shortJson(value: unknown): string {
  if (isObject(value)) return '"object"';
  if (Array.isArray(value)) return '"array"';
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 200 ? `${text.slice(0, 200)}..."` : text;
}
