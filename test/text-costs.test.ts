import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { buildCrds } from '@sluice/sluice/api/crds.ts';
import { showValue } from '@sluice/sluice/api/field-problem.ts';
import { workedMs } from '@sluice/sluice/platform/worked-ms.ts';
import { renderQuery } from '@sluice/sluice/rules/metrics/query-template.ts';
import { cleanText, limitBytes } from '@sluice/sluice/webhooks/answer-text.ts';
import { maskSecrets } from '@sluice/sluice/webhooks/mask-secrets.ts';
import { measurePass } from './support/rigs/pass-bench.ts';
import { queryContext } from './support/rigs/query-context.ts';
import { collectionsOf, manyAt, textFieldsOf, withValue } from './support/rigs/text-fields.ts';
import type { TextField } from './support/rigs/text-fields.ts';
import { scenarioCanary } from './support/scenario/objects.ts';

const million = 1_000_000;
/** Milliseconds of CPU time. One or two are usual, nine at the most; a search for each character takes minutes. */
const mostMs = 50;
/** The same for thousands of values, each of which the schema is checked for: twenty are usual. */
const mostMsOfMany = 250;
const tries = 5;

/** Texts that a scanner may stumble over, and any other character. */
const piece = fc.oneof(
  fc.constantFrom(
    '{{',
    '}}',
    '{{-',
    '-}}',
    '/*',
    '*/',
    '"',
    '\\',
    '//',
    '/',
    '@',
    ':',
    '?',
    '&',
    '=',
    '%4',
    '%',
  ),
  fc.constantFrom(
    ' ',
    '\t',
    '\n',
    '-',
    '.',
    ',',
    ';',
    '0',
    's',
    '1s',
    'a',
    'token ',
    'key=',
    'variables.',
    '(',
    '[',
    '*',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }),
);
const unit = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
const start = fc.constantFrom('', 'http://', 'http://a/?b=', '{{', '{{ index variables "', '1');

const textOf = (begin: string, repeated: string, length: number): string =>
  (begin + repeated.repeat(Math.ceil(length / repeated.length))).slice(0, length);

function specSchema(kind: string): unknown {
  const crd = buildCrds().find(({ spec }) => asRecord(spec['names'])['kind'] === kind);
  const [version] = asList(crd?.spec['versions']);
  const schema = asRecord(asRecord(asRecord(version)['schema'])['openAPIV3Schema']);
  return asRecord(schema['properties'])['spec'];
}

const canarySchema = specSchema('Canary');
const templateSchema = specSchema('MetricTemplate');
const baseSpec = scenarioCanary({})['spec'];
const templateSpec = { provider: { type: 'prometheus', address: 'http://prometheus:9090' }, query: 'up' };

/** A new object for each try: what is read of an object is kept with it. */
const canaryWith = (spec: unknown): AnyKubeObject => ({ ...scenarioCanary({}), spec: structuredClone(spec) });

const usingTemplate = scenarioCanary({
  analysis: { metrics: [{ name: 'x', templateRef: { name: 'template' } }] },
});
const templateWith = (spec: unknown): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'template', namespace: 'test' },
  spec: structuredClone(spec),
});

interface Measured {
  readonly ms: number;
  readonly stoppedAt: string;
}

/** The best of several: what else the machine does may slow one of them. */
async function best(measure: () => Promise<Measured>): Promise<Measured> {
  let least = await measure();
  for (let again = 1; again < tries && least.ms >= mostMs; again += 1) {
    const next = await measure();
    if (next.ms < least.ms) least = next;
  }
  return least;
}

const invalid = ['wait-for-valid', 'report-invalid'];
const nameOf = (path: readonly string[]): string => path.join('.');

/** A text of a million characters, which is refused, and one as long as is allowed. */
async function checkField(
  { path, most }: TextField,
  text: (length: number) => string,
  pass: (path: readonly string[], value: string) => Promise<Measured>,
): Promise<void> {
  const refused = await best(() => pass(path, text(million)));
  expect(refused.ms, nameOf(path)).toBeLessThan(mostMs);
  expect(invalid, nameOf(path)).toContain(refused.stoppedAt);
  const allowed = await best(() => pass(path, text(most)));
  expect(allowed.ms, nameOf(path)).toBeLessThan(mostMs);
}

describe('one pass takes some milliseconds of the process', () => {
  it('whatever a million characters of any text of a Canary say', async () => {
    const fields = textFieldsOf(canarySchema);
    expect(fields.length).toBeGreaterThan(100);
    const pass = (path: readonly string[], value: string): Promise<Measured> =>
      measurePass(canaryWith(withValue(canarySchema, baseSpec, path, value)));
    await pass(['metricsServer'], 'http://prometheus:9090');
    for (const field of fields) {
      await fc.assert(
        fc.asyncProperty(start, unit, (begin, repeated) =>
          checkField(field, (length) => textOf(begin, repeated, length), pass),
        ),
        { numRuns: 3 },
      );
    }
  }, 60_000);

  it('whatever a million characters of any text of a MetricTemplate say', async () => {
    const pass = (path: readonly string[], value: string): Promise<Measured> =>
      measurePass(structuredClone(usingTemplate), [
        templateWith(withValue(templateSchema, templateSpec, path, value)),
      ]);
    const fields = textFieldsOf(templateSchema);
    expect(fields.length).toBeGreaterThan(4);
    for (const field of fields) {
      await fc.assert(
        fc.asyncProperty(start, unit, (begin, repeated) =>
          checkField(field, (length) => textOf(begin, repeated, length), pass),
        ),
        { numRuns: 20 },
      );
    }
  }, 60_000);

  it.each([200, 20_000])(
    'with %i items in any list, or entries in any map, of a Canary',
    async (count) => {
      const paths = collectionsOf(canarySchema);
      expect(paths.length).toBeGreaterThan(30);
      for (const path of paths) {
        const many = manyAt(canarySchema, path, count);
        const spec = withValue(canarySchema, baseSpec, path.slice(0, -1), many);
        const measured = await best(() => measurePass(canaryWith(spec)));
        expect(measured.ms, nameOf(path)).toBeLessThan(mostMsOfMany);
      }
    },
    60_000,
  );

  it('at the bounds of queries and variables together', async () => {
    const templateVariables = { a: 'x'.repeat(4096) };
    const metrics = Array.from({ length: 50 }, () => ({
      name: 'x',
      query: '{{variables.a}}'.repeat(15),
      templateVariables,
    }));
    const measured = await best(() => measurePass(scenarioCanary({ analysis: { metrics } })));
    expect(measured.ms).toBeLessThan(mostMs);
    expect(invalid).not.toContain(measured.stoppedAt);
  });
});

describe('time grows with the text, not faster', () => {
  const secrets = Array.from({ length: 500 }, (_, index) => `k${index}=aaaa${index}`).join('&');
  const context = queryContext({ variables: { key: 'x' }, isForeign: true });
  const tolerant = (work: () => unknown) => (): void => {
    try {
      work();
    } catch {
      // An error is an answer, too.
    }
  };

  it.each<[string, (text: string) => unknown]>([
    ['rendering a query', (text) => renderQuery(text, context)],
    ['masking the secrets of an answer', (text) => maskSecrets(text, `http://gate.test/?${secrets}`, 2048)],
    [
      'masking all of a text',
      (text) => maskSecrets(text.slice(0, text.length / 16), `http://gate.test/?${secrets}`),
    ],
    ['masking by the secrets of a URL', (text) => maskSecrets('gate is closed', `http://gate.test/?${text}`)],
    ['masking a URL', (text) => maskUrl(text)],
    ['cleaning an answer', (text) => limitBytes(cleanText(Buffer.from(text)), 1024)],
    ['showing a value', (text) => showValue(text)],
    ['reading a duration', (text) => parseGoDuration(text)],
  ])(
    '%s',
    (_what, work) => {
      const measure = (text: string): number => {
        const before = workedMs();
        tolerant(() => work(text))();
        return workedMs() - before;
      };
      const bestOf = (text: string): number => Math.min(...Array.from({ length: 3 }, () => measure(text)));
      measure('warm');
      fc.assert(
        fc.property(start, unit, (begin, repeated) => {
          const [short, long] = [million / 4, million].map((length) =>
            bestOf(textOf(begin, repeated, length)),
          );
          // Four times the text takes four times as long; what takes less than some milliseconds says nothing.
          expect(long).toBeLessThan(10 * Math.max(short ?? 0, 5));
        }),
        { numRuns: 15 },
      );
    },
    60_000,
  );
});
