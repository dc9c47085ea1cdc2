import { globSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import type { ClientRequestArgs, IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardedListeners, unguardedListeners } from './support/rigs/listeners.ts';
import type { Listener } from './support/rigs/listeners.ts';

const root = resolve(import.meta.dirname, '..');

interface Attack {
  readonly method?: string;
  /** Of the Host header; the port is added. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'c2x1aWNlc2x1aWNlc2x1aWM=',
};

/** What a page that somebody visits, or a name that was made to lead here, can send. */
const attacks: Readonly<Record<string, Attack>> = {
  'a Blob without a content type': { method: 'POST', body: '{}', status: 415 },
  'a body in chunks without a content type': {
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked' },
    body: '{}',
    status: 415,
  },
  'a form of another origin': {
    method: 'POST',
    headers: { origin: 'http://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=b',
    status: 403,
  },
  'a text of a page without an origin': {
    method: 'POST',
    headers: { origin: 'null', 'content-type': 'text/plain' },
    body: '{}',
    status: 403,
  },
  'a page of another port of this machine': { headers: { origin: 'http://127.0.0.1:1' }, status: 403 },
  'an image of another site': { headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
  'a script of the same site': { headers: { 'sec-fetch-site': 'same-site' }, status: 403 },
  'a preflight request': {
    method: 'OPTIONS',
    headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    status: 403,
  },
  'a name that was made to lead here': { host: 'evil.example', status: 421 },
  'a name that begins like an address': { host: '127.0.0.1.evil.example', status: 421 },
  'a WebSocket of another origin': { headers: { origin: 'http://evil.example', ...upgrade }, status: 403 },
  'a WebSocket to a name that was made to lead here': { host: 'evil.example', headers: upgrade, status: 421 },
};

async function send(
  listener: Listener,
  { method = 'GET', host, headers = {}, body }: Omit<Attack, 'status'>,
) {
  const url = new URL(listener.url);
  const options: ClientRequestArgs = {
    host: url.hostname,
    port: url.port,
    path: `${url.pathname.replace(/\/$/, '')}${listener.path}`,
    method,
    headers: { host: `${host ?? url.hostname}:${url.port}`, ...headers },
    agent: false,
  };
  const outgoing = request(options);
  if (headers['transfer-encoding'] === undefined && body !== undefined)
    outgoing.setHeader('content-length', Buffer.byteLength(body));
  outgoing.end(body);
  const [answer] = (await Promise.race([once(outgoing, 'response'), once(outgoing, 'upgrade')])) as [
    IncomingMessage,
  ];
  answer.resume();
  answer.socket.destroy();
  return answer;
}

describe.each(Object.entries(guardedListeners))('the listener of %s', (_, start) => {
  let listener: Listener;
  beforeEach(async () => {
    listener = await start();
  });
  afterEach(() => listener.close());

  it.each(Object.entries(attacks))('refuses %s', async (_name, { status, ...attack }) => {
    const answer = await send(listener, attack);
    expect(answer.statusCode).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(listener.done?.() ?? false).toBe(false);
  });

  // An API server takes no form, and says so itself.
  const taken = { method: 'POST', body: '{}' };
  it.each<readonly [string, Omit<Attack, 'status'>, readonly number[]]>([
    ['curl -d', { ...taken, headers: { 'content-type': 'application/x-www-form-urlencoded' } }, [403, 421]],
    ['a program', { ...taken, headers: { 'content-type': 'application/json' } }, [403, 415, 421]],
    ['a probe', { host: 'localhost' }, [403, 415, 421]],
    ['a person who types its address', { headers: { 'sec-fetch-site': 'none' } }, [403, 415, 421]],
  ])('does not take %s for a stranger', async (_name, own, refusals) => {
    const { statusCode } = await send(listener, own);
    expect(refusals).not.toContain(statusCode);
  });
});

describe('a file that opens a port', () => {
  const opens = new RegExp(
    [
      String.raw`import\s*\{[^}]*\b(?:createServer|createSecureServer|createSocket|Server)\b[^}]*\}\s*from '(?:node:)?(?:http|http2|https|net|tls|dgram)'`,
      String.raw`\.(?:createServer|createSecureServer|createSocket)\(`,
      String.raw`\b(?:serve|createAdaptorServer)\b[^;]*from '@hono/node-server'`,
      String.raw`new WebSocketServer\(\{(?!\s*noServer)`,
    ].join('|'),
  );
  const guarded = /\b(?:createGuardedServer|serveHttp|serveReceiver)\(/;
  const inner = [
    'packages/sluice/src/platform/serve-http.ts',
    'examples/podinfo/receivers/serve-receiver.ts',
  ];
  const texts = globSync('{packages/*/src,examples}/**/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const);

  it.each([
    "import { createServer } from 'node:http';",
    "import { request, createServer as listen, type Server } from 'http';",
    "import { createServer } from 'node:net';",
    "import http from 'node:http';\nhttp.createServer(answer).listen(80);",
    "import * as secure from 'node:tls';\nsecure.createServer(options);",
    "import { serve } from '@hono/node-server';",
    'new WebSocketServer({ port: 80 })',
  ])('is found: %s', (text) => {
    expect(opens.test(withoutTypes(text))).toBe(true);
  });

  it.each([
    "import type { Server } from 'node:http';",
    "import { request, type Server } from 'node:http';",
    "import { getRequestListener } from '@hono/node-server';",
    'new WebSocketServer({ noServer: true })',
  ])('is not seen in %s', (text) => {
    expect(opens.test(withoutTypes(text))).toBe(false);
  });

  it('has the guard, or a reason in the list', () => {
    const open = texts.filter(([, text]) => opens.test(withoutTypes(text))).map(([file]) => file);
    expect(open.toSorted()).toEqual(Object.keys(unguardedListeners).toSorted());
  });

  it('is in the table of listeners that are attacked', () => {
    const files = texts
      .filter(([file, text]) => guarded.test(text) && !inner.includes(file))
      .map(([file]) => file)
      .filter((file) => unguardedListeners[file] === undefined);
    const relays = Object.keys(guardedListeners).filter((file) => unguardedListeners[file] !== undefined);
    expect([...files, ...relays].toSorted()).toEqual(Object.keys(guardedListeners).toSorted());
  });
});

/** Without what is imported as a type only. */
const withoutTypes = (text: string): string =>
  text.replaceAll(/import type [^;]*;/g, '').replaceAll(/\btype\s+\w+/g, '');
