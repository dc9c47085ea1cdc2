import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { isObject, listAt, objectAt, type JsonObject } from '../store/json.ts';
import { createStore } from '../store/store.ts';
import { createApiServer } from './server.ts';

const start = Date.parse('2026-01-02T03:04:05Z');
const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const canaries = '/apis/flagger.app/v1beta1/namespaces/default/canaries';

function createApi() {
  const store = createStore({ now: () => start });
  const { app } = createApiServer({ store, now: () => start + 90_000 });
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init: RequestInit = { method, headers: { 'content-type': 'application/json', ...headers } };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.fetch(new Request(`http://local${path}`, init));
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : { text };
    return { code: response.status, headers: response.headers, body: isObject(parsed) ? parsed : {} };
  };
  const patch = (type: string, path: string, body: unknown) =>
    call('PATCH', path, body, { 'content-type': `application/${type}` });
  return { store, app, call, patch };
}

const configMap = (name: string, more: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd' },
  spec: {
    selector: { matchLabels: { app: 'a' } },
    template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image: 'i:1' }] } },
  },
};
const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 80 },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10 },
  },
};

async function withCanaries() {
  const api = createApi();
  for (const document of parseAllDocuments(readFileSync('deploy/crds/canaries.yaml', 'utf8'))) {
    const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect((await api.call('POST', definitions, document.toJS())).code).toBe(201);
  }
  return api;
}

describe('discovery', () => {
  it('is aggregated when asked for, under the content type clients insist on', async () => {
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { headers, body } = await createApi().call('GET', '/apis', undefined, { accept: type });
    expect(headers.get('content-type')).toBe(type);
    const groups = listAt(body, 'items').map((item) => objectAt(item, 'metadata')['name']);
    expect(groups).toContain('apps');
    expect(groups).toContain('gateway.networking.k8s.io');
  });

  it('serves a kind as soon as its definition stands, and no longer than it does', async () => {
    const { call } = await withCanaries();
    expect((await call('GET', canaries)).code).toBe(200);
    await call('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/canaries.flagger.app');
    expect((await call('GET', canaries)).code).toBe(404);
  });
});

describe('reading', () => {
  it('answers 404 with the words people know', async () => {
    const { code, body } = await createApi().call('GET', `${deployments}/x`);
    expect(code).toBe(404);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'deployments.apps "x" not found',
    });
  });

  it('filters by labels and by fields, and refuses fields it does not know', async () => {
    const { call } = createApi();
    await call('POST', configMaps, { ...configMap('a'), metadata: { name: 'a', labels: { team: 'x' } } });
    await call('POST', configMaps, configMap('b'));
    const names = async (query: string) => {
      const { body } = await call('GET', `${configMaps}?${query}`);
      return listAt(body, 'items').map((item) => objectAt(item, 'metadata')['name']);
    };
    expect(await names('labelSelector=team%3Dx')).toEqual(['a']);
    expect(await names('labelSelector=team+in+(x,y)')).toEqual(['a']);
    expect(await names('labelSelector=!team')).toEqual(['b']);
    expect(await names('labelSelector=team!%3Dx')).toEqual(['b']);
    expect(await names('fieldSelector=metadata.name%3Db')).toEqual(['b']);
    const refused = await call('GET', `${configMaps}?fieldSelector=status.phase%3Dx`);
    expect(refused).toMatchObject({
      code: 400,
      body: { message: 'field label not supported: status.phase' },
    });
  });

  it('pages through one consistent list, also while it changes', async () => {
    const { call } = createApi();
    for (const name of ['a', 'b', 'c']) await call('POST', configMaps, configMap(name));
    const first = (await call('GET', `${configMaps}?limit=2`)).body;
    await call('DELETE', `${configMaps}/c`);
    const token = String(objectAt(first, 'metadata')['continue']);
    const second = (await call('GET', `${configMaps}?limit=2&continue=${token}`)).body;
    expect(listAt(second, 'items').map((item) => objectAt(item, 'metadata')['name'])).toEqual(['c']);
    expect(objectAt(second, 'metadata')['continue']).toBeUndefined();
    const stranger = Buffer.from('00000000-0000-0000-0000-000000000000:1').toString('base64url');
    expect(await call('GET', `${configMaps}?limit=2&continue=${stranger}`)).toMatchObject({ code: 410 });
  });

  it('shows metadata only where that is all a client wants', async () => {
    const { call } = createApi();
    await call('POST', configMaps, configMap('a', { data: { secret: 'x' } }));
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { body } = await call('GET', configMaps, undefined, { accept });
    expect(body['kind']).toBe('PartialObjectMetadataList');
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it("shows Flagger's columns of a canary as a Table", async () => {
    const { call, patch } = await withCanaries();
    await call('POST', canaries, canary);
    await patch('merge-patch+json', `${canaries}/podinfo/status`, {
      status: { phase: 'Progressing', canaryWeight: 10 },
    });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { body } = await call('GET', canaries, undefined, { accept });
    const columns = listAt(body, 'columnDefinitions')
      .filter(isObject)
      .filter((column) => column['priority'] === 0);
    expect(columns.map((column) => column['name'])).toEqual([
      'Name',
      'Status',
      'Weight',
      'LastTransitionTime',
    ]);
    expect(listAt(listAt(body, 'rows')[0], 'cells').slice(0, 3)).toEqual(['podinfo', 'Progressing', '10']);
  });

  it("serves the Gateway API's older version as a view of the same objects", async () => {
    const { call } = createApi();
    const path = (version: string) =>
      `/apis/gateway.networking.k8s.io/${version}/namespaces/default/httproutes`;
    const route = { metadata: { name: 'r' }, spec: { rules: [{ backendRefs: [{ name: 's', port: 80 }] }] } };
    await call('POST', path('v1beta1'), {
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'HTTPRoute',
      ...route,
    });
    expect((await call('GET', `${path('v1')}/r`)).body).toMatchObject({
      apiVersion: 'gateway.networking.k8s.io/v1',
      spec: {
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            backendRefs: [{ weight: 1, kind: 'Service' }],
          },
        ],
      },
    });
  });
});

describe('writing', () => {
  it('refuses a misspelled field when asked to be strict, and warns otherwise', async () => {
    const { call } = createApi();
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
    const { call, patch } = await withCanaries();
    const bare = { ...canary, spec: { ...canary.spec, bogus: 1 } };
    expect(objectAt((await call('POST', canaries, bare)).body, 'spec')).not.toHaveProperty('bogus');
    const wrong = await patch('merge-patch+json', `${canaries}/podinfo`, {
      spec: { analysis: { threshold: 'x' } },
    });
    expect(wrong).toMatchObject({ code: 422, body: { reason: 'Invalid', details: { kind: 'Canary' } } });
    expect(wrong.body['message']).toContain('spec.analysis.threshold in body must be of type');
  });

  it('refuses strategic patches of custom resources, as clients expect', async () => {
    const { call, patch } = await withCanaries();
    await call('POST', canaries, canary);
    expect((await patch('strategic-merge-patch+json', `${canaries}/podinfo`, {})).code).toBe(415);
  });

  it('creates by server-side apply, and merges by it afterwards', async () => {
    const { patch } = createApi();
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
    const { call, patch } = createApi();
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
    const { call, patch } = createApi();
    await call('POST', deployments, deployment);
    const { body } = await patch('merge-patch+json', `${deployments}/d/scale`, { spec: { replicas: 3 } });
    expect(body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 }, status: { selector: 'app=a' } });
    expect((await call('GET', `${deployments}/d`)).body).toMatchObject({ spec: { replicas: 3 } });
  });

  it('answers a conditional patch of an old version with 409', async () => {
    const { call, patch } = createApi();
    const { body } = await call('POST', configMaps, configMap('a'));
    const stale = {
      metadata: { resourceVersion: objectAt(body, 'metadata')['resourceVersion'] },
      data: { a: '1' },
    };
    expect((await patch('merge-patch+json', `${configMaps}/a`, stale)).code).toBe(200);
    expect(await patch('merge-patch+json', `${configMaps}/a`, stale)).toMatchObject({ code: 409 });
  });

  it('deletes only the object that was meant', async () => {
    const { call } = createApi();
    await call('POST', configMaps, configMap('a'));
    const other = { preconditions: { uid: 'another' } };
    expect((await call('DELETE', `${configMaps}/a`, other)).code).toBe(409);
    expect((await call('DELETE', `${configMaps}/a`)).body).toMatchObject({ status: 'Success' });
  });

  it('persists nothing of a dry run', async () => {
    const { call } = createApi();
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
    const answer = await createApi().call('POST', configMaps, body);
    expect(answer).toMatchObject({ code, body: { kind: 'Status', status: 'Failure' } });
  });

  it('refuses broken protobuf', async () => {
    const { app } = createApi();
    const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
    for (const hex of ['00', '6b387300', '6b387300ff', '6b3873000affffffffffffffffff01']) {
      const init = { method: 'POST', headers, body: Buffer.from(hex, 'hex') };
      expect((await app.fetch(new Request(`http://local${configMaps}`, init))).status).toBe(400);
    }
  });
});
