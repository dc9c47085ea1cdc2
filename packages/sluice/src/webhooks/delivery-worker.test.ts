import { afterEach, describe, expect, it } from 'vitest';
import { answer, createDeliveryBench, end, event } from '../../../../test/support/rigs/delivery-bench.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { startReceiver } from '../../../../test/support/fakes/receiver.ts';
import { createHttpClient } from '../platform/http-client.ts';
import type { HookAnswer } from '../ports/hooks.ts';
import { createDeliveryWorker } from './delivery-worker.ts';
import { createSendHook } from './send-hook.ts';

describe('order', () => {
  it('announcements of one hook go one after the other', async () => {
    const { worker, receiver, ended } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2'), event('3')]);
    expect(receiver.running()).toEqual(['1']);
    await receiver.next('1').end('passed');
    expect(receiver.running()).toEqual(['2']);
    await receiver.next('2').end('passed');
    await receiver.next('3').end('passed');
    expect(ended()).toEqual(['1 delivered', '2 delivered', '3 delivered']);
  });

  it('a slow event receiver does not hold back a post-rollout hook', async () => {
    const { worker, receiver, ended } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2'), end('3')]);
    expect(receiver.running()).toEqual(['1', '3']);
    await receiver.next('3').end('passed');
    expect(ended()).toEqual(['3 delivered']);
  });

  it('a failed announcement is not overtaken by a later one of its hook', async () => {
    const { clock, worker, receiver } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2')]);
    await receiver.next('1').end('denied');
    expect(receiver.running()).toEqual([]);
    await clock.advance('1s');
    expect(receiver.running()).toEqual(['1']);
    await receiver.next('1').end('passed');
    expect(receiver.running()).toEqual(['2']);
  });

  it('no more are sent at once than allowed, and canaries take turns', async () => {
    const { worker, receiver } = createDeliveryBench({ concurrency: 2 });
    worker.offer('test/a', [event('a1'), event('a2')]);
    worker.offer('test/b', [event('b1'), event('b2')]);
    worker.offer('test/c', [event('c1')]);
    expect(receiver.running()).toEqual(['a1', 'b1']);
    await receiver.next('a1').end('passed');
    expect(receiver.running()).toEqual(['b1', 'c1']);
    await receiver.next('b1').end('passed');
    expect(receiver.running()).toEqual(['c1', 'a2']);
  });
});

describe('receivers that never answer', () => {
  const many = (key: string, count: number) =>
    Array.from({ length: count }, (_, index) => event(`${key}-${index}`, `hook-${index}`));

  it('of one canary take two places', () => {
    const { worker, receiver } = createDeliveryBench();
    worker.offer('test/greedy', many('greedy', 64));
    expect(receiver.running()).toEqual(['greedy-0', 'greedy-1']);
    worker.offer('test/modest', [event('modest')]);
    expect(receiver.running()).toContain('modest');
  });

  it('of one namespace take a quarter of all places', () => {
    const { worker, receiver } = createDeliveryBench();
    for (let canary = 0; canary < 200; canary += 1) worker.offer(`greedy/${canary}`, many(`${canary}`, 64));
    expect(receiver.running()).toHaveLength(32);
    for (let canary = 0; canary < 200; canary += 1)
      worker.offer(`more/${canary}`, many(`more-${canary}`, 64));
    worker.offer('modest/podinfo', [event('modest')]);
    expect(receiver.running()).toHaveLength(65);
    expect(receiver.running()).toContain('modest');
  });

  it('give their place back while they pause before a retry', async () => {
    const clock = createFakeClock();
    const asked: string[] = [];
    const worker = createDeliveryWorker({
      async send(call, signal, pause) {
        asked.push(call.id);
        if (call.id !== '1') return answer('passed');
        await pause?.(30_000, signal);
        asked.push('1 again');
        return answer('passed');
      },
      clock,
      random: () => 1,
      log: createFakeLog(),
      limits: { concurrency: 1 },
      acknowledge: () => undefined,
    });
    worker.offer('test/a', [event('1')]);
    worker.offer('test/b', [event('2')]);
    await clock.advance('1s');
    expect(asked).toEqual(['1', '2']);
    await clock.advance('30s');
    expect(asked).toEqual(['1', '2', '1 again']);
    await worker.idle();
  });

  it('are left at once by a send that is forgotten in its pause', async () => {
    const clock = createFakeClock();
    const ended: boolean[] = [];
    const worker = createDeliveryWorker({
      async send(_call, signal, pause) {
        await pause?.(30_000, signal);
        ended.push(signal.aborted);
        return answer('cancelled');
      },
      clock,
      random: () => 1,
      log: createFakeLog(),
      acknowledge: () => undefined,
    });
    worker.offer('test/a', [event('1')]);
    await clock.advance('1s');
    worker.forget('test/a');
    await worker.idle();
    expect(ended).toEqual([true]);
  });
});

describe('the outbox is offered again and again', () => {
  it('what is being sent, or was acknowledged and is still listed, is not sent twice', async () => {
    const { worker, receiver, acks } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2')]);
    worker.offer('test/podinfo', [event('1'), event('2')]);
    await receiver.next('1').end('passed');
    worker.offer('test/podinfo', [event('1'), event('2'), event('3')]);
    await receiver.next('2').end('passed');
    worker.offer('test/podinfo', [event('3')]);
    await receiver.next('3').end('passed');
    expect(receiver.sent).toEqual(['1', '2', '3']);
    expect(acks).toHaveLength(3);
  });

  it('what left the outbox is not sent any more', async () => {
    const { clock, worker, receiver } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2'), event('3')]);
    await receiver.next('1').end('failed');
    worker.offer('test/podinfo', [event('3')]);
    expect(receiver.running()).toEqual(['3']);
    expect(clock.pending).toBe(0);
  });

  it('what left the outbox while it was being sent is not tried again', async () => {
    const { clock, worker, receiver } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1')]);
    worker.offer('test/podinfo', []);
    await receiver.next('1').end('failed');
    await clock.advance('1h');
    expect(receiver.sent).toEqual(['1']);
  });

  it('the next try goes to the URL that the spec has by then', async () => {
    const { clock, worker, receiver } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1')]);
    await receiver.next('1').end('failed');
    worker.offer('test/podinfo', [{ ...event('1'), url: 'http://corrected.test/' }]);
    await clock.advance('1s');
    expect(receiver.next('1').call.url).toBe('http://corrected.test/');
  });

  it('an outbox longer than the queue is taken in parts', async () => {
    const { worker, receiver } = createDeliveryBench({ queuedPerCanary: 2 });
    const outbox = [event('1'), event('2'), event('3')];
    worker.offer('test/podinfo', outbox);
    await receiver.next('1').end('passed');
    await receiver.next('2').end('passed');
    expect(receiver.running()).toEqual([]);
    worker.offer('test/podinfo', outbox.slice(1));
    expect(receiver.running()).toEqual(['3']);
  });
});

describe('the end of a canary and of the process', () => {
  it('a deleted canary: its requests are aborted, nothing is acknowledged, no timer stays', async () => {
    const { clock, worker, receiver, acks } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2'), end('3')]);
    await receiver.next('3').end('failed');
    const running = receiver.next('1');
    worker.forget('test/podinfo');
    expect(running.signal.aborted).toBe(true);
    await worker.idle();
    await clock.advance('1h');
    expect(receiver.sent).toEqual(['1', '3']);
    expect(acks).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('a canary of the same name created anew gets its announcements sent', async () => {
    const { worker, receiver, ended } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1')]);
    worker.forget('test/podinfo');
    worker.offer('test/podinfo', [event('new')]);
    await receiver.next('new').end('passed');
    expect(ended()).toEqual(['new delivered']);
  });

  it('an answer that comes after the canary was deleted is not taken for one of its successor', async () => {
    const late = Promise.withResolvers<HookAnswer>();
    const acks: string[] = [];
    const worker = createDeliveryWorker({
      send: (call) => (call.id === 'old' ? late.promise : Promise.resolve(answer('passed'))),
      clock: createFakeClock(),
      random: () => 1,
      log: createFakeLog(),
      acknowledge: (_canary, { id }) => acks.push(id),
    });
    worker.offer('test/podinfo', [event('old')]);
    worker.forget('test/podinfo');
    worker.offer('test/podinfo', [event('new')]);
    late.resolve(answer('passed'));
    await worker.idle();
    expect(acks).toEqual(['new']);
  });

  it('stopping sends what is queued, then resolves', async () => {
    const { clock, worker, receiver, ended } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2')]);
    const stopped = worker.stop(clock.now() + 10_000);
    await receiver.next('1').end('passed');
    await receiver.next('2').end('passed');
    await stopped;
    expect(ended()).toEqual(['1 delivered', '2 delivered']);
    expect(clock.pending).toBe(0);
  });

  it('stopping aborts at its deadline; what failed stays for the next leader', async () => {
    const { clock, worker, receiver, acks } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2'), end('3')]);
    const stopped = worker.stop(clock.now() + 10_000);
    await receiver.next('3').end('failed');
    worker.offer('test/other', [event('4')]);
    await clock.advance('10s');
    await stopped;
    expect(receiver.sent).toEqual(['1', '3']);
    expect(receiver.running()).toEqual([]);
    expect(acks).toEqual([]);
  });
});

describe('over real HTTP', () => {
  const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
  afterEach(() => http.close());

  it('a receiver that was down gets every announcement once, in order, when it is back', async () => {
    let up = false;
    await using receiver = await startReceiver((response) => void response.writeHead(up ? 200 : 502).end());
    const clock = createFakeClock();
    const log = createFakeLog();
    const send = createSendHook({ http, clock, random: () => 1, log });
    const acks: string[] = [];
    const worker = createDeliveryWorker({
      send,
      clock,
      random: () => 1,
      log,
      acknowledge: (_canary, { id, outcome }) => acks.push(`${id} ${outcome}`),
    });
    worker.offer(
      'test/podinfo',
      ['1', '2', '3'].map((id) => ({ ...event(id), url: receiver.url })),
    );
    await expect.poll(() => receiver.received.length).toBe(1);
    up = true;
    await expect.poll(() => clock.advance('1s').then(() => acks)).toHaveLength(3);
    expect(acks).toEqual(['1 delivered', '2 delivered', '3 delivered']);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual(['1', '1', '2', '3']);
  });
});
