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
import { isObject, listAt, objectAt } from '../store/json.ts';

describe('reading', () => {
  it('answers 404 with the words people know', async () => {
    const { code, body } = await createApiBench().call('GET', `${deployments}/x`);
    expect(code).toBe(404);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'deployments.apps "x" not found',
    });
  });

  it('filters by labels and by fields, and refuses fields it does not know', async () => {
    const { call } = createApiBench();
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
    const { call } = createApiBench();
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
    const { call } = createApiBench();
    await call('POST', configMaps, configMap('a', { data: { secret: 'x' } }));
    const accept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    const { body } = await call('GET', configMaps, undefined, { accept });
    expect(body['kind']).toBe('PartialObjectMetadataList');
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it("shows Flagger's columns of a canary as a Table", async () => {
    const { call, patch } = await createApiBenchWithCanaries();
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
      'Reason',
    ]);
    expect(listAt(listAt(body, 'rows')[0], 'cells').slice(0, 3)).toEqual(['podinfo', 'Progressing', '10']);
  });

  it("serves the Gateway API's older version as a view of the same objects", async () => {
    const { call } = createApiBench();
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
