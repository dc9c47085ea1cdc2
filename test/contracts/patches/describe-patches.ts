import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { callVectors } from './call-vectors.ts';
import type { CallVector } from './call-vectors.ts';
import { podVectors } from './pod-vectors.ts';

/** An API server that is asked by HTTP. Its namespace `default` and the kinds of Sluice are there. */
export interface PatchedServer {
  call(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: unknown,
    contentType?: string,
  ): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }>;
  close(): Promise<void>;
}

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const strategic = 'application/strategic-merge-patch+json';

/** What patches do, on any API server: the local cluster says that it does what the real one does. */
export function describePatches(where: string, start: () => Promise<PatchedServer>): void {
  describe(`patches on ${where}`, () => {
    let server: PatchedServer | undefined;
    beforeAll(async () => void (server = await start()), 90_000);
    afterAll(async () => server?.close());
    const call: PatchedServer['call'] = (...request) => {
      if (server === undefined) throw new Error('the server is not there');
      return server.call(...request);
    };

    /** Defaults are the server's own: what is patched reads as what is created that way. */
    it.each(podVectors)('strategic: change %s as clients mean it', async (title, spec, patch, result) => {
      const name = title.replaceAll(/[^a-z]+/g, '-');
      await create(call, `${name}-patched`, spec);
      const wanted = await create(call, `${name}-wanted`, result);
      const body = { spec: { template: { spec: patch } } };
      const patched = await call('PATCH', `${deployments}/${name}-patched`, body, strategic);
      expect(patched.status, JSON.stringify(patched.body)).toBe(200);
      expect(podOf(patched.body)).toEqual(podOf(wanted));
    });

    it.each(callVectors)('$title', async (vector) => {
      const { path, body } = prepare(vector);
      expect((await call('POST', path.collection, body)).status).toBe(201);
      const query = vector.type.startsWith('apply') ? '?fieldManager=another' : '';
      const named =
        query === '' ? vector.patch : { ...asRecord(vector.patch), metadata: { name: path.name } };
      const url = `${path.collection}/${path.name}${query}`;
      const answer = await call('PATCH', url, named, `application/${vector.type}`);
      expect(answer.status, JSON.stringify(answer.body)).toBe(vector.status);
      expect(answer.body).toMatchObject(vector.answer ?? {});
    });
  });
}

async function create(
  call: PatchedServer['call'],
  name: string,
  spec: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const labels = { app: name };
  const pod = { containers: [{ name: 'main', image: 'i:1' }], ...spec };
  const containers = pod.containers.map((container) => Object.assign({ image: 'i:1' }, container));
  const answer = await call('POST', deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...pod, containers } },
    },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

const podOf = (deployment: Readonly<Record<string, unknown>>): unknown =>
  asRecord(asRecord(deployment['spec'])['template'])['spec'];

function prepare({ title, collection, object }: CallVector) {
  const name = title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  const plural = collection.slice(collection.lastIndexOf('/') + 1);
  const group = collection.startsWith('api/')
    ? '/api/v1'
    : `/apis/${collection.slice(0, collection.lastIndexOf('/'))}`;
  return {
    path: { collection: `${group}/namespaces/default/${plural}`, name },
    body: { ...object, metadata: { name } },
  };
}
