import * as Type from 'typebox';
import type { TSchema, TStringOptions } from 'typebox';

import { bounds } from './bounds.ts';

/**
 * The parts that the schemas of this folder are built from. The option `allowed` of any schema is a sentence for
 * people; parse-canary shows it instead of the validator's own words, and the CRDs leave it out.
 */

export const text = (description: string, options: TStringOptions = {}) =>
  Type.String({ maxLength: bounds.text, ...options, description });

export const objectName = (description: string) => text(description, { maxLength: bounds.name });
export const namespaceName = (description: string) => text(description, { maxLength: bounds.namespace });
export const url = (description: string) => text(description, { maxLength: bounds.url });
export const query = (description: string) => text(description, { maxLength: bounds.query });

export const flag = (description: string) => Type.Boolean({ description });

/** An integer. Flagger's schema says `number` although its code needs an integer; this one refuses fractions. */
export const whole = (description: string, options: { readonly default?: number } = {}) =>
  Type.Number({ ...options, multipleOf: 1, description });

export const int32 = (
  description: string,
  options: { readonly minimum?: number; readonly maximum?: number } = {},
) => Type.Integer({ ...options, format: 'int32', description });

export const choice = <const Values extends string[]>(
  values: readonly [...Values],
  description: string,
  options: { readonly default?: string } = {},
) => Type.Enum(values, { ...options, description });

interface Most {
  /** Entries or items. */
  readonly entries?: number;
  /** Characters of each value. */
  readonly length?: number;
}

export const list = <Item extends TSchema>(
  item: Item,
  description: string,
  { entries: maxItems = bounds.items }: Pick<Most, 'entries'> = {},
) => Type.Array(item, { maxItems, description });

export const textList = (description: string) => list(Type.String({ maxLength: bounds.text }), description);

/** The bound of the keys counts when a stored object is read: a CRD cannot say it. */
export const map = <Value extends TSchema>(
  value: Value,
  description: string,
  { entries: maxProperties = bounds.entries }: Pick<Most, 'entries'> = {},
) => Type.Record(Type.String(), value, { maxProperties, propertyNames, description });

const propertyNames = { maxLength: bounds.key };

export const textMap = (description: string, { length = bounds.text, ...most }: Most = {}) =>
  map(Type.String({ maxLength: length }), description, most);

/** Of people: hours, too. */
export const longDuration = (description: string) =>
  Type.String({
    maxLength: bounds.duration,
    pattern: '^[0-9]+(h|m|s)',
    description,
    allowed: 'a duration in hours, minutes or seconds, such as "2h" or "30m"',
  });

/** Flagger's pattern, which has no end anchor: rules/validation/check-duration.ts checks the whole text. */
export const shortDuration = (description: string) =>
  Type.String({
    maxLength: bounds.duration,
    pattern: '^[0-9]+(m|s)',
    description,
    allowed: 'a duration in seconds or minutes, such as "30s" or "1m"',
  });
