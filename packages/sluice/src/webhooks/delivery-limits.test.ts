import { describe, expect, it } from 'vitest';
import { createDeliveryBench, end, event } from '../../../../test/support/rigs/delivery-bench.ts';
import { hookCall } from '../../../../test/support/rigs/hook-call.ts';

describe('giving up', () => {
  it('pauses double from 1 s to 5 min', async () => {
    const { clock, worker, receiver } = createDeliveryBench();
    worker.offer('test/podinfo', [end('1')]);
    const pauses: number[] = [];
    for (let round = 0; round < 11; round += 1) {
      await receiver.next('1').end('failed');
      const from = clock.now();
      while (receiver.running().length === 0) await clock.advance('1s');
      pauses.push((clock.now() - from) / 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  });

  it.each([
    ['event', 10],
    ['post-rollout', 1000],
  ] as const)('an %s that is never taken ends as a dead letter, and says so', async (type, tries) => {
    const pause = { firstMs: 1, maxMs: 1 };
    const { clock, worker, receiver, acks, log } = createDeliveryBench({ pause });
    worker.offer('test/podinfo', [hookCall({ id: '1', type })]);
    for (let round = 0; round < tries; round += 1) {
      expect(acks).toEqual([]);
      await receiver.next('1').end('denied');
      if (round < tries - 1) await clock.advance(1);
    }
    expect(acks).toMatchObject([{ canary: 'test/podinfo', id: '1', outcome: 'dead', attempts: tries }]);
    expect(log.messages('warn')).toEqual(['announcement given up']);
  });

  it('an event is given up after 15 minutes, the end of a run after a day', async () => {
    const { clock, worker, receiver, ended } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), end('2')]);
    await clock.advance('15m');
    await receiver.next('1').end('failed');
    await receiver.next('2').end('failed');
    expect(ended()).toEqual(['1 dead']);
    await clock.advance('24h');
    await receiver.next('2').end('failed');
    expect(ended()).toEqual(['1 dead', '2 dead']);
  });

  it('after a dead letter the next announcement of the hook gets its own try', async () => {
    const { clock, worker, receiver, ended } = createDeliveryBench();
    worker.offer('test/podinfo', [event('1'), event('2')]);
    await clock.advance('15m');
    await receiver.next('1').end('failed');
    await receiver.next('2').end('passed');
    expect(ended()).toEqual(['1 dead', '2 delivered']);
  });
});
