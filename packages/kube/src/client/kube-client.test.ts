import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createInProcessHttp } from '../../../../test/support/fakes/in-process-http.ts';
import type { InProcessFetch } from '../../../../test/support/fakes/in-process-http.ts';
import { configMaps, deployments } from '../objects/resources.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import { KubeError } from '../objects/kube-error.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import type { KubeClient } from '../ports/kube.ts';
import { impersonate } from './impersonate.ts';
import { createKubeClient } from './kube-client.ts';

const ref = { namespace: 'test', name: 'podinfo' };
const never = new AbortController().signal;

function clientOf(http: HttpClient, clock = createFakeClock()): KubeClient {
  return createKubeClient({
    http,
    clock,
    server: 'https://kube.example/prefix/',
    fieldManager: 'sluice',
    authorize: (headers) => Promise.resolve({ ...headers, authorization: 'Bearer secret' }),
  });
}

const answering = (fetch: InProcessFetch): KubeClient => clientOf(createInProcessHttp(fetch));
const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

async function failureOf(work: Promise<unknown>): Promise<KubeError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KubeError)) throw new Error(`not a KubeError: ${String(error)}`);
  return error;
}

describe('the Kubernetes client', () => {
  it('asks as the identity of the connection, under the path of the server', async () => {
    let seen: Request | undefined;
    const client = answering((request) => {
      seen = request;
      return json({ metadata: { name: 'podinfo' } });
    });
    const patch = { metadata: { resourceVersion: '7' } };
    await client.mergePatch(deployments, ref, patch, { subresource: 'scale' }, never);
    expect(seen?.url).toBe(
      'https://kube.example/prefix/apis/apps/v1/namespaces/test/deployments/podinfo/scale?fieldManager=sluice',
    );
    expect(seen?.headers.get('authorization')).toBe('Bearer secret');
    expect(seen?.headers.get('content-type')).toBe('application/merge-patch+json');
    expect(await seen?.json()).toEqual(patch);
  });

  it('speaks in the name of another user, of any name, and of each of its groups', async () => {
    let seen: Request | undefined;
    const fetch: InProcessFetch = (request) => {
      seen = request;
      return json({ metadata: { name: 'podinfo' } });
    };
    const client = createKubeClient({
      http: createInProcessHttp(fetch),
      clock: createFakeClock(),
      server: 'https://kube.example',
      fieldManager: 'sluice',
      authorize: impersonate((headers) => Promise.resolve({ ...headers, authorization: 'Bearer secret' }), {
        name: 'Zoë',
        groups: ['sre', 'team, pay'],
      }),
    });
    await client.get(deployments, ref, never);
    expect(seen?.headers.get('authorization')).toBe('Bearer secret');
    expect(Buffer.from(seen?.headers.get('impersonate-user') ?? '', 'latin1').toString()).toBe('Zoë');
    expect(seen?.headers.get('impersonate-group')).toBe('sre, team, pay');
  });

  it('passes unknown fields through', async () => {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'podinfo', future: [1] },
      novelty: { a: 1 },
    };
    const client = answering(() => json(object));
    expect(await client.get(configMaps, ref, never)).toEqual(object);
  });

  it('says what was tried, on which object, and what came back', async () => {
    const status = {
      kind: 'Status',
      code: 403,
      reason: 'Forbidden',
      message: 'configmaps "podinfo" is forbidden',
    };
    const error = await failureOf(answering(() => json(status, 403)).get(configMaps, ref, never));
    expect(error.message).toBe(
      'get ConfigMap test/podinfo: 403 Forbidden: configmaps "podinfo" is forbidden; check the RBAC rules of this identity',
    );
    expect(error).toMatchObject({ code: 403, reason: 'Forbidden', retryable: false });
  });

  it('makes do with an error that is not a Status, and keeps it short', async () => {
    const client = answering(() => new Response('<html>'.repeat(1000), { status: 502 }));
    const error = await failureOf(client.get(configMaps, ref, never));
    expect(error).toMatchObject({ code: 502, retryable: true });
    expect(error.message.length).toBeLessThan(300);
  });

  it.each([
    ['5', 5000],
    ['86400', 30_000],
    ['tomorrow', undefined],
  ])('takes Retry-After %s as %s ms', async (header, expected) => {
    const client = answering(() => json({ kind: 'Status', code: 429 }, 429, { 'retry-after': header }));
    const error = await failureOf(client.get(configMaps, ref, never));
    expect(error).toMatchObject({ code: 429, reason: 'TooManyRequests', retryable: true });
    expect(error.retryAfterMs).toBe(expected);
  });

  it.each(['not json', '[]', '{}', '{"metadata":{}}'])('refuses the answer %s', async (body) => {
    const error = await failureOf(answering(() => new Response(body)).get(configMaps, ref, never));
    expect(error.code).toBe(0);
    expect(error.message).toContain('get ConfigMap test/podinfo: no answer from the API server');
  });

  it('says that the server cannot be reached', async () => {
    const refused: HttpClient = {
      send: () => Promise.reject(new HttpError('refused', 'GET https://kube.example: connection refused')),
    };
    const error = await failureOf(clientOf(refused).get(configMaps, ref, never));
    expect(error).toMatchObject({ code: 0, reason: 'NoAnswer', retryable: true });
    expect(error.message).toContain('connection refused');
  });

  it('gives up on a call that is not answered, or not to its end, within the deadline', async () => {
    const endless = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from('{')) });
    for (const answer of [new Promise<Response>(() => undefined), new Response(endless)]) {
      const clock = createFakeClock();
      const asked = failureOf(
        clientOf(
          createInProcessHttp(() => answer),
          clock,
        ).get(configMaps, ref, never),
      );
      await clock.advance('31s');
      const error = await asked;
      expect(error).toMatchObject({ code: 0, reason: 'Timeout', retryable: true });
      expect(error.message).toContain('nothing within 30 s');
      expect(clock.pending).toBe(0);
    }
  });

  describe('watching', () => {
    const events = async (fetch: InProcessFetch): Promise<string[]> => {
      const told: string[] = [];
      const options = { resourceVersion: '1', timeoutSeconds: 300 };
      for await (const { type, object } of answering(fetch).watch(configMaps, options, never)) {
        told.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
      }
      return told;
    };
    const line = (type: string, name: string, version: string): string =>
      `${JSON.stringify({ type, object: { metadata: { name, resourceVersion: version } } })}\n`;
    const inPieces = (text: string, size: number): Response => {
      const bytes = Buffer.from(text);
      return new Response(
        new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
            controller.close();
          },
        }),
      );
    };

    it.each([1, 7, 100_000])('puts lines together from pieces of %i bytes', async (size) => {
      const text = `${line('ADDED', 'größe', '2')}\n${line('BOOKMARK', '', '3')}${line('DELETED', 'b', '4')}`;
      expect(await events(() => inPieces(text, size))).toEqual([
        'ADDED größe@2',
        'BOOKMARK @3',
        'DELETED b@4',
      ]);
    });

    it('drops an event that was cut off', async () => {
      const text = line('ADDED', 'a', '2') + line('ADDED', 'b', '3').slice(0, -5);
      expect(await events(() => inPieces(text, 64))).toEqual(['ADDED a@2']);
    });

    it('throws an ERROR event', async () => {
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
      const text = `${JSON.stringify({ type: 'ERROR', object: status })}\n`;
      expect(await failureOf(events(() => inPieces(text, 64)))).toMatchObject({
        code: 410,
        reason: 'Expired',
      });
    });

    it('refuses a line without end before it fills the memory', async () => {
      let sent = 0;
      const flood = new ReadableStream({
        pull(controller) {
          sent += 1;
          controller.enqueue(new Uint8Array(1024 * 1024).fill(97));
        },
      });
      const error = await failureOf(events(() => new Response(flood)));
      expect(error.message).toContain('longer than');
      expect(sent).toBeLessThan(20);
    });

    it.each(['nonsense', '{"type":"SURPRISE","object":{}}', '{"type":"ADDED","object":{}}'])(
      'refuses the event %s',
      async (text) => {
        expect(await failureOf(events(() => inPieces(`${text}\n`, 64)))).toMatchObject({
          reason: 'InvalidAnswer',
        });
      },
    );

    it('closes its connection when the reader leaves early', async () => {
      let request: Request | undefined;
      const open = new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from(line('ADDED', 'a', '2'))),
      });
      const client = answering((asked) => {
        request = asked;
        return new Response(open);
      });
      const options = { resourceVersion: '1', timeoutSeconds: 300 };
      for await (const event of client.watch(configMaps, options, never)) if (event.type === 'ADDED') break;
      expect(request?.signal.aborted).toBe(true);
    });
  });
});
