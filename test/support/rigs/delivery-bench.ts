import type { Outcome } from '@sluice/sluice/api/canary-status.ts';
import type { HookAnswer, HookCall, SendHook } from '@sluice/sluice/ports/hooks.ts';
import type { DeliveryLimits } from '@sluice/sluice/webhooks/delivery-limits.ts';
import { createDeliveryWorker } from '@sluice/sluice/webhooks/delivery-worker.ts';
import type { DeliveryAck } from '@sluice/sluice/webhooks/delivery-worker.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { createFakeLog } from '../fakes/fake-log.ts';
import { hookCall } from './hook-call.ts';

export const answer = (outcome: Outcome): HookAnswer => ({
  outcome,
  message: '',
  attempts: 1,
  durationMs: 5,
});

interface OpenSend {
  readonly call: HookCall;
  readonly signal: AbortSignal;
  end(outcome: Outcome): Promise<void>;
}

/** A receiver that answers when the test says so; an abort is answered at once, as the real sender does. */
function createFakeSend() {
  const open: OpenSend[] = [];
  const sent: string[] = [];
  const send: SendHook = (call, signal) => {
    sent.push(call.id);
    const { promise, resolve } = Promise.withResolvers<HookAnswer>();
    const finish = (outcome: Outcome): void => {
      const at = open.findIndex((each) => each.call === call);
      if (at >= 0) open.splice(at, 1);
      resolve(answer(outcome));
    };
    signal.addEventListener('abort', () => finish('cancelled'), { once: true });
    open.push({
      call,
      signal,
      async end(outcome) {
        finish(outcome);
        for (let round = 0; round < 5; round += 1) await Promise.resolve();
      },
    });
    return promise;
  };
  const next = (id: string): OpenSend => {
    const found = open.find(({ call }) => call.id === id);
    if (found === undefined) throw new Error(`${id} is not being sent`);
    return found;
  };
  return { send, sent, open, next, running: () => open.map(({ call }) => call.id) };
}

/** A worker with a fake clock, a receiver in the hands of the test, and what was acknowledged. */
export function createDeliveryBench(limits: Partial<DeliveryLimits> = {}) {
  const clock = createFakeClock();
  const log = createFakeLog();
  const receiver = createFakeSend();
  const acks: (DeliveryAck & { canary: string })[] = [];
  const worker = createDeliveryWorker({
    send: receiver.send,
    clock,
    random: () => 1,
    log,
    limits,
    acknowledge: (canary, ack) => acks.push({ canary, ...ack }),
  });
  return {
    clock,
    log,
    receiver,
    acks,
    worker,
    ended: () => acks.map(({ id, outcome }) => `${id} ${outcome}`),
  };
}

export const event = (id: string, name = 'slack'): HookCall => hookCall({ id, name, type: 'event' });
export const end = (id: string, name = 'notify'): HookCall => hookCall({ id, name, type: 'post-rollout' });
