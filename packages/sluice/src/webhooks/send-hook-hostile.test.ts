import type { Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { hookCall } from '../../../../test/support/rigs/hook-call.ts';
import { startRawReceiver, startReceiver } from '../../../../test/support/fakes/receiver.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import type { HookCall } from '../ports/hooks.ts';
import { createSendHook } from './send-hook.ts';

const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
afterAll(() => http.close());

function setUp(clock = createSystemClock()) {
  const log = createFakeLog();
  const send = createSendHook({ http, clock, random: () => 1, log });
  return { log, ask: (changes: Partial<HookCall>) => send(hookCall(changes), new AbortController().signal) };
}

/** Writes `bytes` for as long as the other side takes them, then ends; counts what was taken. */
function pour(socket: Socket, head: string, bytes: number): () => number {
  let left = bytes;
  const block = Buffer.alloc(64 * 1024, 'x');
  const write = (): void => {
    while (left > 0 && !socket.destroyed) {
      left -= block.length;
      if (!socket.write(block)) return;
    }
    if (left <= 0) socket.end();
  };
  socket.on('drain', write);
  socket.write(head);
  write();
  return () => bytes - left;
}

describe('no answer is no verdict', () => {
  it('a receiver that is not there', async () => {
    const gone = await startReceiver(() => undefined);
    await gone[Symbol.asyncDispose]();
    const answer = await setUp().ask({ url: gone.url });
    expect(answer).toMatchObject({ outcome: 'failed', attempts: 1 });
    expect(answer.code).toBeUndefined();
    expect(answer.message).toContain('refused');
  });

  it('a name that does not resolve', async () => {
    const answer = await setUp().ask({ url: 'http://receiver.invalid/' });
    expect(answer).toMatchObject({ outcome: 'failed' });
    expect(answer.message).toContain('does not resolve');
  });

  it.each(['ftp://127.0.0.1/', 'file:///etc/passwd', 'gate.test/check', ''])(
    'the URL `%s`, which is not http(s), is not tried again',
    async (url) => {
      const answer = await setUp().ask({ url, retries: 3 });
      expect(answer).toMatchObject({ outcome: 'failed', attempts: 1 });
      expect(answer.message).toContain('URL');
    },
  );

  it('bytes that are not HTTP', async () => {
    await using receiver = await startRawReceiver((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    const answer = await setUp().ask({ url: receiver.url });
    expect(answer).toMatchObject({ outcome: 'failed' });
    expect(answer.message).toMatch(/not valid HTTP|does not match the HTTP/);
  });

  it('a connection reset before the status line', async () => {
    await using receiver = await startRawReceiver((socket) => socket.resetAndDestroy());
    expect(await setUp().ask({ url: receiver.url })).toMatchObject({ outcome: 'failed' });
  });

  it('headers that come byte by byte, and slower than the timeout', async () => {
    await using receiver = await startRawReceiver((socket) => {
      const timer = setInterval(() => socket.write('H'), 10);
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ');
      socket.on('close', () => clearInterval(timer));
    });
    const answer = await setUp().ask({ url: receiver.url, timeoutMs: 60 });
    expect(answer).toMatchObject({ outcome: 'failed' });
    expect(answer.message).toContain('within 0.06 s');
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it('a receiver that takes the request and says nothing, asked again after the timeout', async () => {
    await using receiver = await startReceiver(() => undefined);
    const clock = createFakeClock();
    const call = setUp(clock).ask({ url: receiver.url, timeoutMs: 10_000, retries: 1 });
    await expect.poll(() => receiver.received.length).toBe(1);
    await clock.advance('11s');
    await expect.poll(() => receiver.received.length).toBe(2);
    await clock.advance('10s');
    expect(await call).toMatchObject({ outcome: 'failed', attempts: 2, durationMs: 21_000 });
  });
});

describe('the status decides, whatever becomes of the body', () => {
  it.each([
    [200, 'passed'],
    [404, 'denied'],
  ])('%i with a body that comes byte by byte is %s when the timeout ends it', async (status, outcome) => {
    await using receiver = await startRawReceiver((socket) => {
      socket.write(`HTTP/1.1 ${status} X\r\nContent-Length: 100000\r\n\r\nslow`);
      const timer = setInterval(() => socket.write('.'), 10);
      socket.on('close', () => clearInterval(timer));
    });
    const answer = await setUp().ask({ url: receiver.url, timeoutMs: 100 });
    expect(answer).toMatchObject({ outcome, code: status });
    expect(answer.message).toMatch(/^slow\.* \(the answer's body was cut after 0.1 s\)$/);
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it('a reset in mid-answer', async () => {
    await using receiver = await startRawReceiver((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf an answer');
      setImmediate(() => socket.resetAndDestroy());
    });
    const answer = await setUp().ask({ url: receiver.url });
    expect(answer).toMatchObject({ outcome: 'passed', code: 200 });
    expect(answer.message).toContain("(the answer's body was cut by the receiver)");
  });

  it.each(['Content-Length: 1073741824', 'Connection: close'])(
    'an answer of 1 GiB (%s) is read no further than needed, and its connection closed',
    async (header) => {
      let taken = () => 0;
      await using receiver = await startRawReceiver((socket) => {
        taken = pour(socket, `HTTP/1.1 200 OK\r\n${header}\r\n\r\n`, 2 ** 30);
      });
      const answer = await setUp().ask({ url: receiver.url });
      expect(answer).toMatchObject({ outcome: 'passed', code: 200 });
      expect(Buffer.byteLength(answer.message)).toBeLessThanOrEqual(1024);
      expect(answer.message).toMatch(/^x+…$/);
      await expect.poll(() => receiver.open()).toBe(0);
      expect(taken()).toBeLessThan(2 ** 26);
    },
  );

  it('an answer that falls silent after 64 KiB is judged at once, and its connection closed', async () => {
    await using receiver = await startRawReceiver((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n${'x'.repeat(64 * 1024)}`);
    });
    expect(await setUp().ask({ url: receiver.url })).toMatchObject({ outcome: 'passed' });
    await expect.poll(() => receiver.open()).toBe(0);
  });

  it('an answer of exactly 64 KiB in one piece does not keep its connection busy', async () => {
    await using receiver = await startReceiver(
      (response) => void response.writeHead(200).end('x'.repeat(64 * 1024)),
    );
    const { ask } = setUp();
    for (let call = 0; call < 10; call += 1) {
      expect(await ask({ url: receiver.url })).toMatchObject({ outcome: 'passed' });
    }
    await expect.poll(() => receiver.open()).toBeLessThanOrEqual(2);
  });
});

describe('the text of an answer', () => {
  it('has escapes for control characters, loses invalid UTF-8, and keeps its words', async () => {
    const bytes = Buffer.concat([Buffer.from('no\u001b[31m \u0000red\r\n'), Buffer.from([0xff, 0xfe])]);
    await using receiver = await startReceiver((response) => void response.writeHead(403).end(bytes));
    expect((await setUp().ask({ url: receiver.url })).message).toBe('no\\u001b[31m \\u0000red \ufffd\ufffd');
  });

  it('is at most 1 KiB and never ends in half a character', async () => {
    await using receiver = await startReceiver(
      (response) => void response.writeHead(500).end('ä€🎉'.repeat(500)),
    );
    const { message } = await setUp().ask({ url: receiver.url });
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
    expect(message).not.toContain('\ufffd');
    expect(message.endsWith('…')).toBe(true);
  });
});

describe('secrets of the URL', () => {
  const secrets = /hunter2|s3cr3t|p%40ss|p@ss|eyJ|aHVu|Ym90/;

  it('stay out of message and log when the receiver echoes them', async () => {
    await using receiver = await startReceiver((response, { path, headers }) => {
      response.writeHead(403).end(`${path} ${headers.authorization} Bearer eyJhbGciOi.x.y hunter2p@ss`);
    });
    const { log, ask } = setUp();
    const url = `http://bot:hunter2p%40ss@127.0.0.1:${receiver.port}/hook?token=s3cr3t&x=1`;
    const answer = await ask({ url });
    expect(receiver.received[0]?.headers.authorization).toMatch(/^Basic /);
    expect(receiver.received[0]?.path).toContain('s3cr3t');
    expect(answer.message).toContain('/hook?token=***');
    expect(answer.message).not.toMatch(secrets);
    expect(JSON.stringify(log.lines)).not.toMatch(secrets);
    expect(log.lines.length).toBeGreaterThan(0);
  });

  it.each([
    ['a receiver that is absent', 'http://bot:hunter2@127.0.0.1:1/?token=s3cr3t'],
    ['a name that does not resolve', 'https://bot:hunter2@gate.invalid/?token=s3cr3t'],
    ['a scheme that is not http', 'ftp://bot:hunter2@127.0.0.1/?token=s3cr3t'],
    ['a URL that cannot be read', 'http://bot:hunter2@[bad/?sig=s3cr3t'],
  ])('stay out of message and log of %s', async (_case, url) => {
    const { log, ask } = setUp();
    const answer = await ask({ url });
    expect(answer.outcome).toBe('failed');
    expect(answer.message).not.toMatch(secrets);
    expect(JSON.stringify(log.lines)).not.toMatch(secrets);
  });
});
