import * as Type from 'typebox';

const kinds = {
  exact: Type.Optional(Type.String({ description: 'Exact value.' })),
  prefix: Type.Optional(Type.String({ description: 'Prefix of the value.' })),
  regex: Type.Optional(Type.String({ description: 'Regular expression for the value.' })),
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
    { ...kinds, suffix: Type.Optional(Type.String({ description: 'Suffix of the value.' })) },
    {
      description,
      oneOf: [required('exact'), required('prefix'), required('suffix'), required('regex')],
      allowed: 'exactly one of exact, prefix, suffix and regex',
    },
  );
