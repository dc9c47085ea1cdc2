import { describe, expect, it } from 'vitest';
import {
  canaries,
  createApiBench,
  createApiBenchWithCanaries,
  definitions,
} from '../../../../test/support/rigs/api-bench.ts';
import { listAt, objectAt } from '../store/json.ts';

describe('discovery', () => {
  it('is aggregated when asked for, under the content type clients insist on', async () => {
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { headers, body } = await createApiBench().call('GET', '/apis', undefined, { accept: type });
    expect(headers.get('content-type')).toBe(type);
    const groups = listAt(body, 'items').map((item) => objectAt(item, 'metadata')['name']);
    expect(groups).toContain('apps');
    expect(groups).toContain('gateway.networking.k8s.io');
  });

  it('serves a kind as soon as its definition stands, and no longer than it does', async () => {
    const { call } = await createApiBenchWithCanaries();
    expect((await call('GET', canaries)).code).toBe(200);
    await call('DELETE', `${definitions}/canaries.flagger.app`);
    expect((await call('GET', canaries)).code).toBe(404);
  });
});
