import { describe, expect, it } from 'vitest';
import { pods } from '@sluice/kube/objects/resources.ts';
import type { JsonObject } from '../json.ts';
import { builtInSchema } from './built-in-schemas.ts';
import { withDefaults } from './fill-defaults.ts';
import { prune } from './prune.ts';
import { validate } from './validate.ts';

const under = (schema: JsonObject): JsonObject => ({ type: 'object', properties: { spec: schema } });
const messages = (schema: JsonObject, value: unknown): string[] =>
  validate({ spec: value }, under(schema)).map((cause) => cause.message);

describe('structural validation', () => {
  it.each<[string, JsonObject, unknown, unknown]>([
    ['a type', { type: 'integer' }, 1, 'x'],
    ['a whole number', { type: 'integer' }, 1, 1.5],
    ['a number, which may be whole', { type: 'number' }, 2, '2'],
    ['text or a number', { 'x-kubernetes-int-or-string': true }, '25%', true],
    ['one of several', { enum: ['a', 'b'] }, 'a', 'c'],
    ['a pattern', { type: 'string', pattern: '^[0-9]+m$' }, '1m', 'm'],
    ['a least and a most', { type: 'number', minimum: 0, maximum: 100 }, 100, 101],
    ['more than', { type: 'number', minimum: 0, exclusiveMinimum: true }, 1, 0],
    ['a length', { type: 'string', minLength: 1, maxLength: 2 }, 'ab', 'abc'],
    ['a number of items', { type: 'array', minItems: 1, maxItems: 1 }, [1], []],
    ['different items', { type: 'array', 'x-kubernetes-list-type': 'set' }, ['a', 'b'], ['a', 'a']],
    ['a required member', { type: 'object', required: ['a'] }, { a: 1 }, {}],
    ['each item', { type: 'array', items: { type: 'string' } }, ['a'], ['a', 1]],
    [
      'each member of a map',
      { type: 'object', additionalProperties: { type: 'string' } },
      { a: 'x' },
      { a: 1 },
    ],
    ['any of', { anyOf: [{ required: ['a'] }, { required: ['b'] }] }, { b: 1 }, { c: 1 }],
    ['exactly one of', { oneOf: [{ required: ['a'] }, { required: ['b'] }] }, { a: 1 }, { a: 1, b: 1 }],
    ['not', { not: { required: ['a'] } }, { b: 1 }, { a: 1 }],
    ['null where it may be', { type: 'string', nullable: true }, null, 1],
    ['a time', { type: 'string', format: 'date-time' }, '2026-01-02T03:04:05Z', 'yesterday'],
  ])('holds to %s', (_title, schema, good, bad) => {
    expect(messages(schema, good)).toEqual([]);
    expect(messages(schema, bad)).toHaveLength(1);
  });

  it('passes over what is the very same as before, and nothing else', () => {
    const wrong = { size: 'x' };
    const part = { type: 'object', properties: { size: { type: 'integer' } } };
    const schema = under({ type: 'object', properties: { old: part, new: part } });
    const before = { spec: { old: wrong } };
    const causes = validate({ spec: { old: wrong, new: { ...wrong } } }, schema, before);
    expect(causes.map(({ field }) => field)).toEqual(['spec.new.size']);
  });

  it('names the field, the value and what is allowed', () => {
    const schema = under({
      type: 'object',
      properties: { rules: { type: 'array', items: { type: 'string', enum: ['a'] } } },
    });
    expect(validate({ spec: { rules: ['a', 'b'] } }, schema)).toEqual([
      {
        reason: 'FieldValueNotSupported',
        field: 'spec.rules[1]',
        message: 'Unsupported value: "b": supported values: "a"',
      },
    ]);
  });
});

describe('pruning', () => {
  it('drops what a schema does not know and says where it stood', () => {
    const object: JsonObject = {
      kind: 'X',
      metadata: { name: 'a' },
      spec: { a: 1, b: [{ c: 1, d: 2 }] },
      more: 1,
    };
    const items = { type: 'object', properties: { c: {} } };
    const schema = under({ type: 'object', properties: { a: {}, b: { type: 'array', items } } });
    const pruned = prune(object, schema);
    expect(pruned.gone).toEqual(['spec.b[0].d', 'more']);
    expect(pruned.object).toEqual({ kind: 'X', metadata: { name: 'a' }, spec: { a: 1, b: [{ c: 1 }] } });
    expect(object).toMatchObject({ spec: { b: [{ d: 2 }] }, more: 1 });
  });

  it('leaves alone what a schema says to preserve', () => {
    const object: JsonObject = { spec: { anything: { goes: 1 } } };
    const pruned = prune(object, under({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }));
    expect(pruned.gone).toEqual([]);
    expect(pruned.object).toBe(object);
  });

  it('knows the fields of built-in kinds, however deep', () => {
    const spec = { containers: [{ name: 'a', image: 'i', readinesProbe: {} }] };
    expect(prune({ spec }, builtInSchema(pods)!).gone).toEqual(['spec.containers[0].readinesProbe']);
  });

  it('passes over what is the very same as before', () => {
    const old = { d: 2 };
    const schema = under({ type: 'object', properties: { a: {}, b: { type: 'object' } } });
    const before = { spec: { a: old } };
    const pruned = prune({ spec: { a: old, b: { d: 2 } } }, schema, before);
    expect(pruned.gone).toEqual(['spec.b.d']);
    expect(pruned.object).toEqual({ spec: { a: { d: 2 }, b: {} } });
  });
});

describe('defaults', () => {
  it('fill in what is absent, also inside of defaults and list items', () => {
    const inner = { type: 'object', default: {}, properties: { mode: { type: 'string', default: 'x' } } };
    const list = {
      type: 'array',
      items: { type: 'object', properties: { weight: { type: 'integer', default: 1 } } },
    };
    const object: JsonObject = { spec: { list: [{}, { weight: 0 }] } };
    const schema = under({ type: 'object', properties: { inner, list } });
    const filled = withDefaults(object, schema);
    expect(filled).toEqual({ spec: { inner: { mode: 'x' }, list: [{ weight: 1 }, { weight: 0 }] } });
    expect(withDefaults(filled, schema)).toBe(filled);
    expect(object).toEqual({ spec: { list: [{}, { weight: 0 }] } });
  });
});
