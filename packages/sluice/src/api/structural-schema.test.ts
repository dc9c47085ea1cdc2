import * as Type from 'typebox';
import { expect, test } from 'vitest';

import { structuralSchema } from './structural-schema.ts';

test('an object keeps its properties, what is required and its words', () => {
  const schema = Type.Object(
    { port: Type.Number({ multipleOf: 1, description: 'A port.' }), name: Type.Optional(Type.String()) },
    { description: 'A service.' },
  );
  expect(structuralSchema(schema)).toEqual({
    type: 'object',
    description: 'A service.',
    required: ['port'],
    properties: { port: { type: 'number', multipleOf: 1, description: 'A port.' }, name: { type: 'string' } },
  });
});

test.each([
  ['an enum', Type.Enum(['', 'info'])],
  ['a union of literals', Type.Union([Type.Literal(''), Type.Literal('info')])],
])('%s becomes an enum with a type', (_case, schema) => {
  expect(structuralSchema(schema)).toEqual({ type: 'string', enum: ['', 'info'] });
});

test('a literal becomes an enum of one', () => {
  expect(structuralSchema(Type.Literal('Ingress'))).toEqual({ type: 'string', enum: ['Ingress'] });
});

test('a record becomes additionalProperties', () => {
  expect(structuralSchema(Type.Record(Type.String(), Type.Array(Type.Integer())))).toEqual({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'integer' } },
  });
});

test('a union with null is nullable', () => {
  const schema = Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()], { description: 'x' });
  expect(structuralSchema(schema)).toEqual({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'x',
  });
});

test('a number or text has no type but its own marker', () => {
  const schema = Type.Union([Type.Integer(), Type.String()], { 'x-kubernetes-int-or-string': true });
  expect(structuralSchema(schema)).toEqual({ 'x-kubernetes-int-or-string': true });
});

test('alternatives and CEL rules stay, our own hint goes', () => {
  const oneOf = [{ required: ['a'] }, { required: ['b'] }];
  const rules = [{ rule: 'true', message: 'm' }];
  const schema = Type.Object({}, { oneOf, allowed: 'a or b', 'x-kubernetes-validations': rules });
  expect(structuralSchema(schema)).toMatchObject({ oneOf, 'x-kubernetes-validations': rules });
  expect(structuralSchema(schema)).not.toHaveProperty('allowed');
});

test.each([
  ['a union of types', Type.Union([Type.String(), Type.Boolean()]), 'must be of one type'],
  ['anything at all', Type.Unknown(), 'needs one type'],
  ['a reference', Type.Ref('Other'), '$ref has no counterpart'],
])('%s is refused, with the path of the field', (_case, schema, message) => {
  const object = Type.Object({ outer: Type.Array(Type.Object({ inner: schema })) });
  expect(() => structuralSchema(object, 'spec')).toThrow(`spec.outer[].inner: `);
  expect(() => structuralSchema(object, 'spec')).toThrow(message);
});
