import * as Type from 'typebox';
import type { TSchema, TStringOptions } from 'typebox';

/**
 * The parts that the schemas of this folder are built from. The option `allowed` of any schema is a sentence for
 * people; parse-canary shows it instead of the validator's own words, and the CRDs leave it out.
 */

export const text = (description: string, options: TStringOptions = {}) =>
  Type.String({ ...options, description });

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

export const textList = (description: string) => Type.Array(Type.String(), { description });

export const textMap = (description: string) => Type.Record(Type.String(), Type.String(), { description });

export const list = <Item extends TSchema>(item: Item, description: string) =>
  Type.Array(item, { description });

/** Flagger's pattern, which has no end anchor: rules/validation/check-duration.ts checks the whole text. */
export const shortDuration = (description: string) =>
  Type.String({
    pattern: '^[0-9]+(m|s)',
    description,
    allowed: 'a duration in seconds or minutes, such as "30s" or "1m"',
  });
