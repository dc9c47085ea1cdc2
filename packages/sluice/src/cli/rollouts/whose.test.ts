import { describe, expect, it } from 'vitest';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Connected } from '../connect.ts';
import { whose } from './whose.ts';

const signal = new AbortController().signal;

function cluster(create: KubeClient['create'], user: string | undefined): Connected {
  const client: Pick<KubeClient, 'create'> = { create };
  return { client, user } as Connected;
}

const refusing =
  (code: number): KubeClient['create'] =>
  () =>
    Promise.reject(new KubeError('no', { code, reason: 'Injected' }));

describe('the user of a decision', () => {
  it('is who the API server says, whatever the kubeconfig calls it', async () => {
    const answer = {
      apiVersion: 'v1',
      kind: 'x',
      metadata: { name: '' },
      status: { userInfo: { username: 'alice', groups: ['sre'] } },
    };
    expect(
      await whose(
        cluster(() => Promise.resolve(answer), 'admin'),
        signal,
      ),
    ).toEqual({ name: 'alice', groups: ['sre'] });
  });

  it.each([403, 404, 405])(
    'is what the kubeconfig calls it where the API server answers %i',
    async (code) => {
      expect(await whose(cluster(refusing(code), 'admin'), signal)).toEqual({ name: 'admin', groups: [] });
      expect(await whose(cluster(refusing(code), undefined), signal)).toEqual({ name: '', groups: [] });
    },
  );

  it.each([0, 401, 500])('is not made up where the API server fails with %i', async (code) => {
    await expect(whose(cluster(refusing(code), 'admin'), signal)).rejects.toMatchObject({ code });
  });
});
