import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { buildCrds } from '@sluice/sluice/api/crds.ts';
import { findUnsupported } from '@sluice/sluice/rules/validation/unsupported-fields.ts';
import { choiceOf, fieldRows } from '../scripts/field-page/field-rows.ts';
import { kindOf, renderFieldPage, specOf } from '../scripts/field-page/render-field-page.ts';
import { whyWithoutEffect, withoutEffect } from '../scripts/field-page/without-effect.ts';

const crds = buildCrds();
const rowsOf = (kind: string) => {
  const crd = crds.find((each) => kindOf(each) === kind);
  return crd === undefined ? [] : fieldRows(specOf(crd), 'spec');
};

/** What the controller reads: its sources without the schemas, which name every field. */
const sources = readSources(join(import.meta.dirname, '../packages/sluice/src'));

function readSources(folder: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const read = files.filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('api/'),
  );
  return read.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}

describe('a row of the fields', () => {
  const schema = {
    required: ['size'],
    properties: {
      size: { type: 'integer', minimum: 1, maximum: 9, description: 'Size; default 3.' },
      pause: {
        type: 'string',
        pattern: '^[0-9]+(m|s)',
        description: 'Pause; that of the parent when absent.',
      },
      colours: {
        type: 'array',
        maxItems: 2,
        items: { type: 'string', enum: ['red'] },
        description: 'Colours.',
      },
      names: {
        type: 'object',
        description: 'Names.',
        additionalProperties: { type: 'object', properties: { it: { type: 'boolean', description: 'It.' } } },
      },
      port: { 'x-kubernetes-int-or-string': true, description: 'Port.' },
    },
  };

  test('has path, type, default, bounds and meaning of its schema', () => {
    const rows = fieldRows(schema, 'spec');
    expect(rows.map((row) => [row.path, row.type, row.fallback, row.bounds, row.description])).toEqual([
      ['spec.size', 'whole number', '3', 'at least 1; at most 9', 'Size.'],
      ['spec.pause', 'duration', 'that of the parent', '', 'Pause.'],
      ['spec.colours', 'list of text', undefined, 'at most 2 entries', 'Colours.'],
      ['spec.names', 'map of object', undefined, '', 'Names.'],
      ['spec.names{}.it', 'true or false', undefined, '', 'It.'],
      ['spec.port', 'number or text', undefined, '', 'Port.'],
    ]);
    expect(rows.filter((row) => row.isRequired).map((row) => row.path)).toEqual(['spec.size']);
  });

  test('is not made from a pattern that has no words yet', () => {
    const strange = { properties: { name: { type: 'string', pattern: '^strange$' } } };
    expect(() => fieldRows(strange, 'spec')).toThrow('write words for the pattern ^strange$');
  });

  test.each([
    [[{ required: ['a'] }, { required: ['b'] }], ['exactly one of `a`, `b`']],
    [[{ not: { anyOf: [] } }, { required: ['a'] }], ['at most one of `a`']],
    [undefined, []],
  ])('tells which fields exclude each other: %j', (options, expected) => {
    expect(choiceOf(options)).toEqual(expected);
  });
});

describe('docs/reference/canary.md', () => {
  test('has a line for each field of each kind', () => {
    const page = renderFieldPage();
    for (const kind of ['Canary', 'MetricTemplate', 'AlertProvider']) {
      const rows = rowsOf(kind);
      expect(rows.length).toBeGreaterThan(6);
      expect(rows.filter(({ description }) => description === '')).toEqual([]);
      expect(
        rows.filter(
          ({ path }) => !page.includes(`.${lastOf(path)}\` | `) && !page.includes(`| \`${lastOf(path)}\` | `),
        ),
      ).toEqual([]);
    }
  });

  test('says "no effect" of fields that exist', () => {
    for (const [kind, fields] of Object.entries(withoutEffect)) {
      const paths = new Set(['spec', ...rowsOf(kind).map((row) => row.path)]);
      expect(fields.filter(({ path }) => !paths.has(path))).toEqual([]);
    }
  });

  test('says "no effect" of each field whose name no code reads', () => {
    const unread = rowsOf('Canary').filter(({ path }) => !new RegExp(`\\b${lastOf(path)}\\b`).test(sources));
    expect(unread.length).toBeGreaterThan(10);
    expect(unread.filter(({ path }) => whyWithoutEffect('Canary', path) === undefined)).toEqual([]);
  });

  test('says "no effect" of alerts as long as the controller warns that none is sent', () => {
    const alerts = [{ name: 'a', providerRef: { name: 'p' } }];
    const spec = {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment' as const, name: 'a' },
      analysis: { interval: '1m', threshold: 1, stepWeight: 10, alerts },
    };
    const { warnings } = findUnsupported({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'a' },
      spec,
    });
    const warned = warnings.some(({ field }) => field === 'spec.analysis.alerts');
    expect(whyWithoutEffect('Canary', 'spec.analysis.alerts[].name') !== undefined).toBe(warned);
    expect(whyWithoutEffect('AlertProvider', 'spec.type') !== undefined).toBe(warned);
  });
});

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
