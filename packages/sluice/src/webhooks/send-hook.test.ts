import { afterAll, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { hookCall } from '../../../../test/support/rigs/hook-call.ts';
import { startReceiver } from '../../../../test/support/fakes/receiver.ts';
import type { Receiver } from '../../../../test/support/fakes/receiver.ts';
import { createHttpClient } from '../platform/http-client.ts';
import type { HookAnswer, HookCall } from '../ports/hooks.ts';
import { createSendHook } from './send-hook.ts';

const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
afterAll(() => http.close());

function setUp() {
  const clock = createFakeClock();
  const log = createFakeLog();
  const send = createSendHook({ http, clock, random: () => 1, log, version: '1.2.3' });
  const ask = (changes: Partial<HookCall>, signal = new AbortController().signal) =>
    send(hookCall(changes), signal);
  return { clock, log, ask };
}

const answering = (status: number, text = '', headers: Record<string, string> = {}): Promise<Receiver> =>
  startReceiver((response) => void response.writeHead(status, headers).end(text));

/** Moves the fake time second by second, letting real sockets work in between, until the call has its answer. */
async function settled(clock: ReturnType<typeof createFakeClock>, call: Promise<HookAnswer>) {
  let answer: HookAnswer | undefined;
  void call.then((value) => (answer = value));
  await expect
    .poll(
      async () => {
        await clock.advance(250);
        return answer;
      },
      { interval: 2, timeout: 15_000 },
    )
    .toBeDefined();
  return call;
}

describe('what an answer means', () => {
  it.each([200, 201, 202, 203, 204, 206, 299])('%i lets the rollout go on', async (status) => {
    await using receiver = await answering(status);
    const answer = await setUp().ask({ url: receiver.url });
    expect(answer).toMatchObject({ outcome: 'passed', code: status, attempts: 1 });
  });

  it.each([400, 401, 403, 404, 409, 418, 429, 500, 501, 502, 503, 599])('%i denies', async (status) => {
    await using receiver = await answering(status, 'not now');
    const answer = await setUp().ask({ url: receiver.url });
    expect(answer).toMatchObject({ outcome: 'denied', code: status, message: 'not now' });
  });

  it.each([300, 301, 302, 303, 304, 307, 308])(
    '%i is no verdict: the message asks for the final URL',
    async (status) => {
      await using receiver = await answering(status, '', {
        location: 'https://user:hunter2@gate.example/open?key=s3cret',
      });
      const answer = await setUp().ask({ url: receiver.url });
      expect(answer).toMatchObject({ outcome: 'failed', code: status });
      expect(answer.message).toBe(
        'answered with a redirect to https://***@gate.example/open?key=***; write the final URL',
      );
    },
  );

  it('asks a receiver that redirects to itself once, however many retries the hook has', async () => {
    await using receiver = await answering(302, '', { location: '/' });
    const answer = await setUp().ask({ url: receiver.url, retries: 5 });
    expect(answer).toMatchObject({ outcome: 'failed', attempts: 1 });
    expect(receiver.received).toHaveLength(1);
  });

  it('a denial without words is told by its status', async () => {
    await using receiver = await answering(403);
    expect((await setUp().ask({ url: receiver.url })).message).toBe('403 Forbidden');
  });
});

describe('what the receiver gets', () => {
  it('a JSON POST that names the delivery and says who asks', async () => {
    await using receiver = await answering(200);
    await setUp().ask({ url: `${receiver.url}/gate/check`, id: 'abc' });
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', path: '/gate/check' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'sluice/1.2.3',
      'idempotency-key': 'abc',
      'webhook-id': 'abc',
      'webhook-timestamp': String(Date.parse('2026-01-01T00:00:00Z') / 1000),
    });
    expect(request?.body).toBe(
      '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"85d557f47b","type":"confirm-rollout","deliveryId":"abc","attempt":1}',
    );
  });

  it('one connection serves many calls', async () => {
    await using receiver = await answering(200, 'ok');
    const { ask } = setUp();
    for (let call = 0; call < 20; call += 1) await ask({ url: receiver.url });
    expect(receiver.received).toHaveLength(20);
    // The pool may open a second one while the first is not yet free again.
    expect(receiver.connections()).toBeLessThanOrEqual(2);
  });
});

describe('retries', () => {
  it.each([0, 1, 3])('a hook with %i retries is tried exactly that often again', async (retries) => {
    await using receiver = await answering(500, 'broken');
    const { clock, ask } = setUp();
    const answer = await settled(clock, ask({ url: receiver.url, retries }));
    expect(answer).toMatchObject({ outcome: 'denied', attempts: retries + 1, message: 'broken' });
    const attempts = receiver.received.map(({ body }): unknown => JSON.parse(body));
    expect(attempts).toMatchObject(
      Array.from({ length: retries + 1 }, (_, index) => ({ deliveryId: 'delivery-1', attempt: index + 1 })),
    );
  });

  it.each([400, 403, 404, 501])('%i is an answer: it is not asked again', async (status) => {
    await using receiver = await answering(status);
    expect(await setUp().ask({ url: receiver.url, retries: 3 })).toMatchObject({ attempts: 1 });
  });

  it('a receiver that recovers in time passes', async () => {
    let calls = 0;
    await using receiver = await startReceiver((response) => {
      calls += 1;
      response.writeHead(calls < 3 ? 503 : 200).end();
    });
    const { clock, ask } = setUp();
    const answer = await settled(clock, ask({ url: receiver.url, retries: 4 }));
    expect(answer).toMatchObject({ outcome: 'passed', attempts: 3 });
  });

  it('the pause doubles from 1 s to 30 s', async () => {
    const at: number[] = [];
    const { clock, ask } = setUp();
    await using receiver = await startReceiver((response) => {
      at.push(clock.now());
      response.writeHead(500).end();
    });
    await settled(clock, ask({ url: receiver.url, retries: 7 }));
    const pauses = at.slice(1).map((time, index) => Math.round((time - (at[index] ?? 0)) / 1000));
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it.each([
    ['a huge number of seconds', '99999999999999999999'],
    ['a date in the far future', 'Fri, 31 Dec 2049 23:59:59 GMT'],
  ])('429 with %s as Retry-After holds the hook for 30 s, no longer', async (_case, retryAfter) => {
    await using receiver = await answering(429, 'slow down', { 'retry-after': retryAfter });
    const { clock, ask } = setUp();
    const answer = await settled(clock, ask({ url: receiver.url, retries: 1 }));
    expect(answer).toMatchObject({ outcome: 'denied', code: 429, attempts: 2 });
    expect(Math.round(answer.durationMs / 1000)).toBe(30);
  });

  it('a shorter Retry-After is honoured', async () => {
    await using receiver = await answering(503, '', { 'retry-after': '7' });
    const { clock, ask } = setUp();
    const answer = await settled(clock, ask({ url: receiver.url, retries: 1 }));
    expect(Math.round(answer.durationMs / 1000)).toBe(7);
  });
});

describe('cancellation', () => {
  it('in mid-request closes the socket and is no verdict', async () => {
    await using receiver = await startReceiver(() => undefined);
    const { clock, ask } = setUp();
    const controller = new AbortController();
    const call = ask({ url: receiver.url, retries: 3 }, controller.signal);
    await expect.poll(() => receiver.received.length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ outcome: 'cancelled', attempts: 1 });
    await expect.poll(() => receiver.open()).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('in the middle of an answer is cancelled, although the status was 200', async () => {
    await using receiver = await startReceiver((response) => void response.writeHead(200).write('half'));
    const controller = new AbortController();
    const call = setUp().ask({ url: receiver.url }, controller.signal);
    await expect.poll(() => receiver.received.length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ outcome: 'cancelled' });
  });

  it('while waiting for the next attempt ends at once', async () => {
    await using receiver = await answering(500);
    const { clock, ask } = setUp();
    const controller = new AbortController();
    const call = ask({ url: receiver.url, retries: 3 }, controller.signal);
    await expect.poll(() => receiver.received.length).toBe(1);
    await expect.poll(() => clock.pending).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({
      outcome: 'cancelled',
      attempts: 1,
      message: 'cancelled after 1 of 4 attempts',
    });
    expect(receiver.received).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('before the start sends nothing', async () => {
    await using receiver = await answering(200);
    expect(await setUp().ask({ url: receiver.url }, AbortSignal.abort())).toMatchObject({
      outcome: 'cancelled',
    });
    expect(receiver.connections()).toBe(0);
  });
});
