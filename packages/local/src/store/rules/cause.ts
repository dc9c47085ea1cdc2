import type { StatusCause } from '../status-error.ts';
import type { NameRule } from './names.ts';

/** Causes of a 422 in the words of k8s.io/apimachinery/pkg/util/validation/field. */

export const required = (field: string, detail = ''): StatusCause => ({
  reason: 'FieldValueRequired',
  field,
  message: withDetail('Required value', detail),
});

export const bad = (field: string, value: unknown, why: string): StatusCause => ({
  reason: 'FieldValueInvalid',
  field,
  message: withDetail(`Invalid value: ${shown(value)}`, why),
});

export const duplicate = (field: string, value: unknown): StatusCause => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}`,
});

export const notThere = (field: string, value: unknown): StatusCause => ({
  reason: 'FieldValueNotFound',
  field,
  message: `Not found: ${shown(value)}`,
});

export const unsupported = (field: string, value: unknown, supported: readonly string[]): StatusCause => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map((it) => JSON.stringify(it)).join(', ')}`,
});

export const barred = (field: string, why: string): StatusCause => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
});

export const tooBig = (field: string, most: number): StatusCause => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${most} bytes`,
});

/** One cause for each fault that the rule finds. */
export const faultsOf = (field: string, value: string, rule: NameRule): StatusCause[] =>
  rule(value).map((why) => bad(field, value, why));

/** A name that must be there and follow the rule. */
export const namedBy = (field: string, value: string, rule: NameRule): StatusCause[] =>
  value === '' ? [required(field)] : faultsOf(field, value, rule);

const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

/** A message never holds a whole body. */
const shown = (value: unknown): string => JSON.stringify(value)?.slice(0, 300) ?? 'null';

export const isPort = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;

/** A port that must be given: 1 to 65535. */
export const portFaults = (field: string, value: unknown): StatusCause[] =>
  isPort(value) ? [] : [bad(field, value ?? 0, 'must be between 1 and 65535, inclusive')];
