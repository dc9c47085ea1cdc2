import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { configMaps, pods } from '@sluice/kube/objects/resources.ts';
import type { ExecOptions, LogOptions, PodRuntime } from '../contracts.ts';
import { createStore, type Store } from '../store/store.ts';
import type { RunningServer } from './listen.ts';
import { createApiServer } from './server.ts';

/** A runtime whose `exec` does what its test says, and whose logs are two lines. */
function createFakeRuntime() {
  const seen = { stdin: '', ended: false, killed: false, size: [0, 0] };
  /** Whether the process leaves its input unread. */
  const waits = { input: false };
  let running: ExecOptions | undefined;
  const runtime: PodRuntime = {
    async *logs(_pod, options: LogOptions) {
      yield Buffer.from('one\n');
      if (options.previous) throw new Error('gone');
      yield Buffer.from('two\n');
    },
    exec(_pod, options) {
      running = options;
      return {
        writeStdin(chunk) {
          seen.stdin += Buffer.from(chunk).toString();
          return !waits.input;
        },
        endStdin: () => void (seen.ended = true),
        resize: (columns, rows) => void (seen.size = [columns, rows]),
        kill: () => void (seen.killed = true),
      };
    },
  };
  return { runtime, seen, waits, running: () => running };
}

describe('the API server on a socket', () => {
  let store: Store;
  let server: RunningServer;
  let fake: ReturnType<typeof createFakeRuntime>;

  beforeEach(async () => {
    store = createStore({ now: Date.now });
    fake = createFakeRuntime();
    const api = createApiServer({ store, now: Date.now, runtime: fake.runtime });
    server = await api.listen({ host: '127.0.0.1', port: 0 });
    const spec = {
      nodeName: 'local',
      containers: [
        { name: 'main', image: 'i' },
        { name: 'side', image: 'i' },
      ],
    };
    store.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'default' },
      spec,
    });
  });
  afterEach(() => server.close());

  const podUrl = (rest: string): string => `${server.url}/api/v1/namespaces/default/pods/p/${rest}`;

  /** Opens a session and collects what comes, by channel. */
  function openSession(rest: string) {
    const socket = new WebSocket(podUrl(rest).replace('http', 'ws'), ['v5.channel.k8s.io']);
    const frames: Record<number, string> = {};
    socket.on('message', (data: Buffer) => {
      frames[data[0] ?? -1] = (frames[data[0] ?? -1] ?? '') + data.subarray(1).toString();
    });
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    const opened = new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    return { socket, frames, closed, opened };
  }

  it('joins a command to the client and ends with its exit code and a close frame', async () => {
    const { socket, frames, closed, opened } = openSession(
      'exec?command=cat&container=main&stdin=true&stdout=true',
    );
    await opened;
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from('hello')]));
    socket.send(Buffer.concat([Buffer.of(4), Buffer.from('{"Width":120,"Height":40}\n')]));
    socket.send(Buffer.of(255, 0));
    await expect
      .poll(() => fake.seen)
      .toEqual({ stdin: 'hello', ended: true, killed: false, size: [120, 40] });
    expect(fake.running()).toMatchObject({ command: ['cat'], container: 'main', stdin: true, tty: false });
    fake.running()?.onStdout(Buffer.from('out'));
    fake.running()?.onStderr(Buffer.from('err'));
    fake.running()?.onExit(3);
    expect(await closed).toBe(1000);
    expect(frames).toMatchObject({ 1: 'out', 2: 'err' });
    expect(JSON.parse(frames[3] ?? '')).toMatchObject({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
    expect(fake.seen.killed).toBe(false);
  });

  it('reads no more input than the command does, and loses none', async () => {
    const { socket, opened, closed } = openSession('exec?command=cat&container=main&stdin=true');
    await opened;
    fake.waits.input = true;
    const frame = Buffer.concat([Buffer.of(0), Buffer.alloc(1024 * 1024, 'x')]);
    for (let count = 0; count < 64; count++) socket.send(frame);
    socket.send(Buffer.of(255, 0));
    await expect.poll(() => fake.seen.stdin.length).toBeGreaterThan(0);
    // By the time of these answers a server that does not wait has read on.
    for (let count = 0; count < 5; count++) expect((await fetch(`${server.url}/version`)).status).toBe(200);
    expect(fake.seen.stdin.length).toBeLessThan(16 * 1024 * 1024);
    expect(socket.bufferedAmount).toBeGreaterThan(0);
    fake.waits.input = false;
    fake.running()?.onStdinReady();
    await expect.poll(() => fake.seen.ended, { timeout: 10_000 }).toBe(true);
    expect(fake.seen.stdin.length).toBe(64 * 1024 * 1024);
    fake.running()?.onExit(0);
    expect(await closed).toBe(1000);
  });

  it('ends a session whose input is not read', async () => {
    const { socket, opened, closed } = openSession('exec?command=true&container=main&stdin=true');
    await opened;
    fake.waits.input = true;
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from('x')]));
    await expect.poll(() => fake.seen.stdin).toBe('x');
    fake.running()?.onExit(0);
    expect(await closed).toBe(1000);
  });

  it('kills the command of a client that goes away', async () => {
    const { socket, opened } = openSession('exec?command=sleep&container=main');
    await opened;
    socket.terminate();
    await expect.poll(() => fake.seen.killed).toBe(true);
  });

  it.each([
    ['exec?command=ls', 'a container name must be specified for pod p, choose one of: [main side]'],
    ['exec?command=ls&container=x', 'container x is not valid for pod p'],
    ['exec?container=main', 'you must specify at least one command'],
    ['portforward', 'port-forward is not supported by the local cluster'],
  ])('refuses %s with a Status that says why', async (rest, message) => {
    const upgrade = new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(podUrl(rest).replace('http', 'ws'), ['v5.channel.k8s.io']);
      socket.on('error', reject);
      socket.on('unexpected-response', (_request, response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => void (text += chunk.toString()));
        response.on('end', () => resolve(text));
      });
    });
    expect(JSON.parse(await upgrade)).toMatchObject({
      kind: 'Status',
      message: expect.stringContaining(message),
    });
  });

  it('hands out logs as plain text, and asks for the container where there are two', async () => {
    expect(await (await fetch(podUrl('log?container=main&follow=true'))).text()).toBe('one\ntwo\n');
    const unclear = await fetch(podUrl('log'));
    expect(unclear.status).toBe(400);
  });

  it('shows what a container writes to whoever attaches', async () => {
    const { frames, closed } = openSession('attach?container=side&stdout=true');
    await closed;
    expect(frames[1]).toBe('one\ntwo\n');
    expect(JSON.parse(frames[3] ?? '')).toMatchObject({ status: 'Success' });
  });

  it('begins to answer a watch before its first event, and stops listening when the client goes', async () => {
    const controller = new AbortController();
    const url = `${server.url}/api/v1/configmaps?watch=true&resourceVersion=${store.resourceVersion()}`;
    const response = await fetch(url, { signal: controller.signal });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    store.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'default' },
    });
    expect((await reader.read()).value).toContain('"ADDED"');
    controller.abort();
    await expect(reader.read()).rejects.toThrow('abort');
  });

  it.each<readonly [string, (origin: string, secret: string) => string]>([
    ['nothing', (origin) => origin],
    ['another secret', (origin, secret) => `${origin}/${secret.replace(/./g, '0')}`],
    ['a part of it', (origin, secret) => `${origin}/${secret.slice(0, -1)}`],
    ['more than it', (origin, secret) => `${origin}/${secret}0`],
    ['it later on', (origin, secret) => `${origin}/api/${secret}`],
    ['it in the query', (origin, secret) => `${origin}/?${secret}`],
    ['it behind two slashes', (origin, secret) => `${origin}//${secret}`],
  ])('is not there without the secret of its path: %s', async (_, base) => {
    const { pathname, origin } = new URL(server.url);
    expect(pathname).toMatch(/^\/[\da-f]{32}$/);
    const url = base(origin, pathname.slice(1));
    for (const path of ['/api/v1/pods', '/version', '/healthz', '/openapi/v3', '']) {
      const answer = await fetch(`${url}${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'NotFound' });
    }
    const exec = `${url}/api/v1/namespaces/default/pods/p/exec?command=id&container=main`;
    const socket = new WebSocket(exec.replace('http', 'ws'), ['v5.channel.k8s.io']);
    const [, answer] = await once(socket, 'unexpected-response');
    expect(answer.statusCode).toBe(404);
    socket.on('error', () => undefined).terminate();
  });

  it('says which address it could not have', async () => {
    const port = Number(new URL(server.url).port);
    const second = createApiServer({ store, now: Date.now }).listen({ host: '127.0.0.1', port });
    await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
  });

  it('ends watches and sessions when it closes', async () => {
    const { closed, opened } = openSession('exec?command=sleep&container=main');
    await opened;
    const watch = await fetch(`${server.url}/api/v1/configmaps?watch=true`);
    await server.close();
    await closed;
    await expect(watch.text().catch(() => 'cut off')).resolves.toBeDefined();
    expect(fake.seen.killed).toBe(true);
  });
});
