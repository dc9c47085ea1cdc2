import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killGroup } from '@sluice/lib/process/kill-group.ts';
import { findProgram } from '../support/rigs/client-program.ts';
import { guardedListeners } from '../support/rigs/listeners.ts';
import type { Listener } from '../support/rigs/listeners.ts';

const chromium = findProgram('chromium');

const folder = mkdtempSync(join(tmpdir(), 'sluice-browser-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Chromium on its way to a page. Every name ending in `.example` leads to this machine. */
function browse(url: string, ...options: readonly string[]): ChildProcess {
  const args = [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    `--user-data-dir=${folder}`,
    '--host-resolver-rules=MAP *.example 127.0.0.1',
    ...options,
    url,
  ];
  return spawn(chromium ?? '', args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
    detached: true,
  });
}

/** The text of a page without scripts. */
async function read(url: string): Promise<string> {
  const child = browse(url, '--dump-dom');
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

interface Target {
  /** http://host:port of one listener, with a path that does something. */
  readonly url: string;
  readonly body: string;
}

/** Everything that a page can send without the permission of who it sends to; says what it could read or open. */
const page = (targets: readonly Target[]): string => `<!doctype html><title>evil</title><body><script>
const targets = ${JSON.stringify(targets)};
const got = [];
const settle = (promise) => promise.catch(() => undefined);
const opened = (url) => new Promise((resolve) => {
  const socket = new WebSocket(url.replace('http', 'ws'), ['v5.channel.k8s.io']);
  socket.onopen = () => resolve(true);
  socket.onerror = () => resolve(false);
});
const loaded = (element, url) => new Promise((resolve) => {
  element.onload = () => resolve(true);
  element.onerror = () => resolve(false);
  element.src = url;
  document.body.append(element);
});
function submit({ url, body }, index) {
  const frame = Object.assign(document.createElement('iframe'), { name: 'frame' + index });
  const form = Object.assign(document.createElement('form'), {
    action: url, method: 'POST', enctype: 'text/plain', target: frame.name });
  form.append(Object.assign(document.createElement('input'), { name: body.slice(0, -1) + ',"x":"', value: '"}' }));
  document.body.append(frame, form);
  form.submit();
}
async function attack(target, index) {
  const { url, body } = target;
  await settle(fetch(url, { method: 'POST', mode: 'no-cors', body: new Blob([body]) }));
  await settle(fetch(url, { method: 'POST', mode: 'no-cors', body }));
  await settle(fetch(url, { method: 'POST', mode: 'no-cors' }));
  await settle(fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }));
  await settle(fetch(url).then(async (answer) => got.push(url + ' was read: ' + await answer.text())));
  navigator.sendBeacon(url, new Blob([body]));
  submit(target, index);
  if (await loaded(new Image(), url)) got.push(url + ' is an image');
  await loaded(document.createElement('script'), url);
  if (await opened(url)) got.push(url + ' was opened');
}
Promise.all(targets.map(attack)).then(() => {
  fetch('/report', { method: 'POST', body: JSON.stringify({ tried: targets.length, got }) });
});
</script>`;

describe.skipIf(chromium === undefined)('a page in Chromium (needs it on PATH)', () => {
  let listeners: readonly Listener[] = [];
  let report = Promise.withResolvers<unknown>();
  const server = createServer((incoming, response) => {
    if (incoming.method === 'POST') {
      json(incoming).then(report.resolve, report.reject);
      return void response.end();
    }
    const targets = listeners.map(({ url, path, body }) => ({ url: `${url}${path}`, body }));
    response.writeHead(200, { 'content-type': 'text/html' }).end(page(targets));
  });

  beforeAll(async () => {
    listeners = await Promise.all(Object.values(guardedListeners).map((start) => start()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(listeners.map((listener) => listener.close()));
  });

  it.each(['evil.example', '127.0.0.1', 'localhost'])(
    'of http://%s does nothing, reads nothing and opens nothing of any listener',
    async (host) => {
      report = Promise.withResolvers();
      const { port } = server.address() as AddressInfo;
      // Without a port for a debugger it would end as soon as the page has loaded.
      const child = browse(`http://${host}:${port}/`, '--remote-debugging-port=0');
      const ended = once(child, 'close').then(() => 'Chromium ended');
      try {
        expect(await Promise.race([report.promise, ended])).toEqual({ tried: listeners.length, got: [] });
      } finally {
        if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
        await ended;
      }
      expect(listeners.map((listener) => listener.done?.() ?? false)).not.toContain(true);
    },
  );

  it('under a name that was made to lead to a listener reads nothing of it', async () => {
    for (const { url, path } of listeners) {
      const rebound = `${url}${path}`.replace('127.0.0.1', 'evil.example');
      expect(await read(rebound)).toContain('is no name of this server');
    }
    expect(listeners.map((listener) => listener.done?.() ?? false)).not.toContain(true);
  });

  it('is answered where a person types the address', async () => {
    const index = Object.keys(guardedListeners).indexOf('packages/sluice/src/cli/controller.ts');
    const { url, path } = listeners[index]!;
    expect(await read(`${url}${path}`)).toContain('OK');
    expect(listeners[index]?.done?.()).toBe(true);
  });
});
