import { describe, expect, it } from 'vitest';
import { container, deployment } from '../../../../test/contracts/refusals/refused.ts';
import { configMaps, createApiBench, deployments } from '../../../../test/support/rigs/api-bench.ts';
import { yamlLimit } from './parse-yaml.ts';

/** Bodies that took half a minute or more, for which nothing else was answered: read item by item with each other item. */
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');
const apply = 'apply-patch+yaml';
const url = `${configMaps}/c?fieldManager=me`;
const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';
const fullMap = `${head}data:\n${lines(25_000, (index) => `  k${index}: v\n`)}`;

const variables = (count: number, value: string) =>
  Array.from({ length: count }, (_, index) => ({ name: `v${index}`, value }));
const withVariables = (env: unknown) => deployment({ containers: [container({ env })] });

describe('a heavy body', () => {
  it.each<[string, string, number]>([
    ['a map of 25,000 keys', fullMap, 201],
    ['a flow map of 25,000 keys', `${head}data: {${lines(25_000, (index) => `k${index}: v, `)}}`, 201],
    ['more YAML than the limit', `${head}#${'x'.repeat(yamlLimit)}`, 413],
    ['more than 3 MiB of JSON', `{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`, 413],
    ['a key twice', `${head}data:\n  a: "1"\n  a: "2"\n`, 400],
    [
      'aliases of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${lines(9, (i) => `${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${`*${'abcdefghi'[i]},`.repeat(9)}]\n`)}`,
      400,
    ],
    [
      'fifty aliases of 100 KB',
      `${head}data:\n  a: &a "${'x'.repeat(100_000)}"\n${lines(50, (i) => `  b${i}: *a\n`)}`,
      413,
    ],
    ['deep lists', '['.repeat(100_000), 400],
    ['deep maps', '{a: '.repeat(50_000), 400],
    ['nested keys', '? '.repeat(100_000), 400],
    ['many anchors', `${head}data:\n${lines(15_000, (i) => `  k${i}: &a${i} v\n`)}`, 201],
  ])('of %s is answered', async (_what, body, code) => {
    const { call, patch } = createApiBench();
    const answer = await patch(apply, url, body);
    expect(answer.code).toBe(code);
    expect((await call('GET', configMaps)).code).toBe(200);
  });

  it('of 1.1 MB is read as JSON, which is what kubectl applies', async () => {
    const { patch } = createApiBench();
    const data = { big: 'x'.repeat(900_000) };
    const annotations = { a: 'y'.repeat(200_000) };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', annotations }, data };
    expect((await patch(apply, url, JSON.stringify(object))).code).toBe(201);
  });

  it('of a list with 30,000 keyed items is merged, by apply and by a strategic patch', async () => {
    const { patch, call } = createApiBench();
    const place = `${deployments}/d?fieldManager=me`;
    expect((await patch(apply, place, withVariables(variables(30_000, '1')))).code).toBe(201);
    expect((await patch(apply, place, withVariables(variables(30_000, '2')))).code).toBe(200);
    const env = variables(30_000, '3').toReversed();
    const order = env.map(({ name }) => ({ name }));
    const containers = [{ name: 'main', env, '$setElementOrder/env': order }];
    const change = { spec: { template: { spec: { containers } } } };
    expect((await patch('strategic-merge-patch+json', place, change)).code).toBe(200);
    const gone = env.map(({ name }) => ({ name, $patch: 'delete' }));
    const removal = { spec: { template: { spec: { containers: [{ name: 'main', env: gone }] } } } };
    expect((await patch('strategic-merge-patch+json', place, removal)).code).toBe(200);
    const { body } = await call('GET', `${deployments}/d`);
    expect(JSON.stringify(body).length).toBeLessThan(2000);
  });

  it('of more than 10,000 operations on an object is refused, as by the real server', async () => {
    const { patch, call } = createApiBench();
    await call('POST', configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } });
    const operations = Array.from({ length: 10_001 }, () => ({ op: 'add', path: '/data', value: {} }));
    expect(await patch('json-patch+json', `${configMaps}/c`, operations)).toMatchObject({
      code: 413,
      body: {
        message:
          'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
      },
    });
    const allowed = operations.slice(1);
    expect((await patch('json-patch+json', `${configMaps}/c`, allowed)).code).toBe(200);
  });

  it('of copies of copies is refused', async () => {
    const { patch, call } = createApiBench();
    const annotations = { a: 'x'.repeat(1000) };
    await call('POST', configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', annotations },
    });
    const doubling = Array.from({ length: 40 }, (_, index) => ({
      op: 'copy',
      from: '/metadata/annotations',
      path: `/metadata/annotations/${index}`,
    }));
    const answer = await patch('json-patch+json', `${configMaps}/c`, doubling);
    expect(answer.code).toBe(422);
    expect(answer.body['message']).toContain('exceeding the limit 3145728');
  });
});
