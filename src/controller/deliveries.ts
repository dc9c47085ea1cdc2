import type { Deliveries } from '../rollout/deps.ts';
import type { DeliveryAck, DeliveryWorker } from '../webhooks/delivery-worker.ts';

/** Keeps the worker's acknowledgements until the pass has recorded them: only the pass writes status. */
export function createDeliveries(
  createWorker: (acknowledge: (canaryKey: string, ack: DeliveryAck) => void) => DeliveryWorker,
): { readonly worker: DeliveryWorker; readonly deliveries: Deliveries } {
  const pending = new Map<string, DeliveryAck[]>();
  const worker = createWorker((canaryKey, ack) => {
    pending.set(canaryKey, [...(pending.get(canaryKey) ?? []), ack]);
  });
  return {
    worker,
    deliveries: {
      offer: (canaryKey, calls) => worker.offer(canaryKey, calls),
      forget(canaryKey) {
        pending.delete(canaryKey);
        worker.forget(canaryKey);
      },
      acks: (canaryKey) => pending.get(canaryKey) ?? [],
      recorded(canaryKey, acks) {
        const rest = (pending.get(canaryKey) ?? []).filter((ack) => !acks.includes(ack));
        if (rest.length === 0) pending.delete(canaryKey);
        else pending.set(canaryKey, rest);
      },
    },
  };
}
