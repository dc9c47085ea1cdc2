import { describe, expect, it } from 'vitest';
import {
  canaries,
  canary,
  configMap,
  configMaps,
  createApiBench,
  createApiBenchWithCanaries,
  deployments,
} from '../../../../test/support/rigs/api-bench.ts';
import { objectAt } from '../store/json.ts';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image: 'i:1' }] } },
  },
};
describe('writing', () => {
  it('refuses a misspelled field when asked to be strict, and warns otherwise', async () => {
    const { call } = createApiBench();
    const misspelled = { ...deployment, spec: { ...deployment.spec, replica: 2 } };
    const strict = await call('POST', `${deployments}?fieldValidation=Strict`, misspelled);
    expect(strict.code).toBe(400);
    expect(strict.body['message']).toContain('strict decoding error: unknown field "spec.replica"');
    const lenient = await call('POST', deployments, misspelled);
    expect(lenient.code).toBe(201);
    expect(lenient.headers.get('warning')).toBe('299 - "unknown field \\"spec.replica\\""');
    expect(objectAt(lenient.body, 'spec')).not.toHaveProperty('replica');
  });

  it('validates, defaults and prunes custom resources by their schema', async () => {
    const { call, patch } = await createApiBenchWithCanaries();
    const bare = { ...canary, spec: { ...canary.spec, bogus: 1 } };
    expect(objectAt((await call('POST', canaries, bare)).body, 'spec')).not.toHaveProperty('bogus');
    const wrong = await patch('merge-patch+json', `${canaries}/podinfo`, {
      spec: { analysis: { threshold: 'x' } },
    });
    expect(wrong).toMatchObject({ code: 422, body: { reason: 'Invalid', details: { kind: 'Canary' } } });
    expect(wrong.body['message']).toContain('spec.analysis.threshold in body must be of type');
  });

  it('refuses strategic patches of custom resources, as clients expect', async () => {
    const { call, patch } = await createApiBenchWithCanaries();
    await call('POST', canaries, canary);
    expect((await patch('strategic-merge-patch+json', `${canaries}/podinfo`, {})).code).toBe(415);
  });

  it('creates by server-side apply, and merges by it afterwards', async () => {
    const { patch } = createApiBench();
    const first = await patch(
      'apply-patch+yaml',
      `${configMaps}/a?fieldManager=x`,
      configMap('a', { data: { a: '1' } }),
    );
    expect(first.code).toBe(201);
    const second = await patch(
      'apply-patch+yaml',
      `${configMaps}/a?fieldManager=x`,
      configMap('a', { data: { b: '2' } }),
    );
    expect(second).toMatchObject({ code: 200, body: { data: { a: '1', b: '2' } } });
  });

  it('patches by JSON patch, and refuses one whose test does not hold', async () => {
    const { call, patch } = createApiBench();
    await call('POST', configMaps, configMap('a', { data: { a: '1' } }));
    const good = [
      { op: 'test', path: '/data/a', value: '1' },
      { op: 'replace', path: '/data/a', value: '2' },
    ];
    expect((await patch('json-patch+json', `${configMaps}/a`, good)).body).toMatchObject({
      data: { a: '2' },
    });
    expect((await patch('json-patch+json', `${configMaps}/a`, good)).code).toBe(422);
  });

  it('scales through the scale subresource', async () => {
    const { call, patch } = createApiBench();
    await call('POST', deployments, deployment);
    const { body } = await patch('merge-patch+json', `${deployments}/d/scale`, { spec: { replicas: 3 } });
    expect(body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { selector: 'app=a' } });
    expect((await call('GET', `${deployments}/d`)).body).toMatchObject({ spec: { replicas: 3 } });
  });

  it('answers a conditional patch of an old version with 409', async () => {
    const { call, patch } = createApiBench();
    const { body } = await call('POST', configMaps, configMap('a'));
    const stale = {
      metadata: { resourceVersion: objectAt(body, 'metadata')['resourceVersion'] },
      data: { a: '1' },
    };
    expect((await patch('merge-patch+json', `${configMaps}/a`, stale)).code).toBe(200);
    expect(await patch('merge-patch+json', `${configMaps}/a`, stale)).toMatchObject({ code: 409 });
  });

  it('deletes only the object that was meant', async () => {
    const { call } = createApiBench();
    await call('POST', configMaps, configMap('a'));
    const other = { preconditions: { uid: 'another' } };
    expect((await call('DELETE', `${configMaps}/a`, other)).code).toBe(409);
    expect((await call('DELETE', `${configMaps}/a`)).body).toMatchObject({ status: 'Success' });
  });

  it('persists nothing of a dry run', async () => {
    const { call } = createApiBench();
    expect((await call('POST', `${configMaps}?dryRun=All`, configMap('a'))).code).toBe(201);
    expect((await call('GET', `${configMaps}/a`)).code).toBe(404);
  });

  it.each([
    ['text that is no JSON', '{"metadata":', 400],
    ['a list', '[]', 400],
    ['nothing', '', 400],
    ['metadata that is no object', '{"metadata":7}', 400],
    ['labels that are no map', '{"metadata":{"name":"a","labels":["x"]}}', 400],
    ['another kind', '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}', 400],
    ['a name that is a path', '{"metadata":{"name":"../x"}}', 422],
    ['a namespace other than the one of the URL', '{"metadata":{"name":"a","namespace":"kube-system"}}', 400],
    [
      'nesting without end',
      `{"metadata":{"name":"a"},"data":${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}}`,
      400,
    ],
    [
      'more than three megabytes',
      `{"metadata":{"name":"a"},"data":{"a":"${'x'.repeat(3 * 1024 * 1024)}"}}`,
      413,
    ],
  ])('refuses a body of %s', async (_title, body, code) => {
    const answer = await createApiBench().call('POST', configMaps, body);
    expect(answer).toMatchObject({ code, body: { kind: 'Status', status: 'Failure' } });
  });

  it('refuses broken protobuf', async () => {
    const { app } = createApiBench();
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    for (const hex of ['00', '6b387300', '6b387300ff', '6b3873000affffffffffffffffff01']) {
      const init = { method: 'POST', headers, body: Buffer.from(hex, 'hex') };
      expect((await app.fetch(new Request(`http://local${configMaps}`, init))).status).toBe(400);
    }
  });
});
