import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRouter } from '../routers/index.ts';
import { findScaler } from '../scalers/index.ts';
import { findWorkload } from '../workloads/index.ts';
import { lint } from './lint.ts';
import type { LintReport } from './finding.ts';

const example = readFileSync(join(import.meta.dirname, '../../../../examples/podinfo/canary.yaml'), 'utf8');
const lines = example.split('\n');

function run(text: string): LintReport {
  const parts = { findRouter, findWorkload, findScaler, isMetricProvider: () => true };
  const settings = { meshProvider: 'gatewayapi:v1', minimumIntervalMs: 1_000, noCrossNamespaceRefs: true };
  return lint([{ name: 'x', text }], parts, settings);
}

/** Each finding stands within the text. */
function expectPlaced(text: string): void {
  const written = text.split('\n');
  for (const { line, column, message } of run(text).findings) {
    expect(line).toBeLessThanOrEqual(written.length);
    expect(column).toBeLessThanOrEqual((written[line - 1]?.length ?? 0) + 1);
    expect(message).not.toBe('');
  }
}

const odd = fc.oneof(
  fc.constantFrom(
    'null',
    '[]',
    '{}',
    '-1',
    '1e400',
    '""',
    '"\\u0000"',
    '&a [*a]',
    '*a',
    '!!binary x',
    '.nan',
    '? x',
  ),
  fc.json({ maxDepth: 2 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const edits = fc.array(
  fc.record({
    line: fc.nat({ max: lines.length - 1 }),
    make: fc.oneof(
      fc.constant((): readonly string[] => []),
      fc.constant((line: string): readonly string[] => [line, line]),
      fc.constant((line: string): readonly string[] => [`  ${line}`]),
      odd.map((value) => (line: string): readonly string[] => [line.replace(/:.*$/, () => `: ${value}`)]),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

describe('lint', () => {
  it('answers whatever lines of a Canary are left out, doubled or changed, and points into the text', () => {
    fc.assert(
      fc.property(edits, (made) => {
        const text = lines
          .flatMap((line, index) => made.find((edit) => edit.line === index)?.make(line) ?? [line])
          .join('\n');
        expectPlaced(text);
      }),
    );
  });

  it('answers any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), expectPlaced));
  });

  it.each([
    ['nested maps', 'a: {'.repeat(50_000)],
    ['nested lists', `a: ${'['.repeat(50_000)}`],
    ['closed nested lists', `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    [
      'a Canary of nested lists',
      `apiVersion: flagger.app/v1beta1\nkind: Canary\nspec: ${'['.repeat(3_000)}${']'.repeat(3_000)}`,
    ],
    [
      'aliases of aliases',
      [
        'a: &a0 [x]',
        ...Array.from(
          { length: 30 },
          (_, index) => `b${index}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`,
        ),
      ].join('\n'),
    ],
    [
      'an alias of itself',
      'apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: x}\nspec: &s {analysis: *s}',
    ],
    ['many comments that ignore', '# sluice lint: ignore TIME002\n'.repeat(20_000)],
    [
      'many unknown fields',
      `apiVersion: flagger.app/v1beta1\nkind: Canary\nmetadata: {name: x}\nspec:\n${Array.from({ length: 8_000 }, (_, index) => `  field${index}: 1\n`).join('')}`,
    ],
    ['a map of many keys', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('')],
  ])('answers in bounded time: %s', { timeout: 10_000 }, (_what, text) => {
    expectPlaced(text);
  });
});
