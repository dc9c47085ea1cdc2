import * as Type from 'typebox';

import { bounds } from './bounds.ts';
import { text } from './schema-parts.ts';

const value = (description: string) => text(description, { maxLength: bounds.value });

const kinds = {
  exact: Type.Optional(value('Exact value.')),
  prefix: Type.Optional(value('Prefix of the value.')),
  regex: Type.Optional(value('Regular expression for the value.')),
};

const required = (...names: string[]) => ({ required: names });

export const atMostOneMatch = (description: string) =>
  Type.Object(kinds, {
    description,
    oneOf: [
      { not: { anyOf: [required('exact'), required('prefix'), required('regex')] } },
      required('exact'),
      required('prefix'),
      required('regex'),
    ],
    allowed: 'at most one of exact, prefix and regex',
  });

export const exactlyOneMatch = (description: string) =>
  Type.Object(kinds, {
    description,
    oneOf: [required('exact'), required('prefix'), required('regex')],
    allowed: 'exactly one of exact, prefix and regex',
  });

export const exactlyOneMatchWithSuffix = (description: string) =>
  Type.Object(
    { ...kinds, suffix: Type.Optional(value('Suffix of the value.')) },
    {
      description,
      oneOf: [required('exact'), required('prefix'), required('suffix'), required('regex')],
      allowed: 'exactly one of exact, prefix, suffix and regex',
    },
  );
