import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';
import type { Deliveries } from '../rollout/deps.ts';
import { farewellMs } from '../rollout/decide/revert/tell-the-end.ts';
import type { DeliveryAck, DeliveryWorker } from '../webhooks/delivery-worker.ts';

export interface DeliveryParts {
  readonly worker: DeliveryWorker;
  readonly deliveries: Deliveries;
  /** Stops the clocks of what is still told of canaries that are gone. */
  readonly endFarewells: () => void;
}

/** Answers whether the pass of that canary should see it. */
type Acknowledge = (canaryKey: string, ack: DeliveryAck) => boolean;

/** Keeps the worker's acknowledgements until the pass has recorded them: only the pass writes status. */
export function createDeliveries(
  clock: Clock,
  createWorker: (acknowledge: Acknowledge) => DeliveryWorker,
): DeliveryParts {
  const pending = new Map<string, DeliveryAck[]>();
  const farewells = new Map<string, CancelTimer>();
  let told = 0;
  const worker = createWorker((canaryKey, ack) => {
    if (farewells.has(canaryKey)) return false;
    pending.set(canaryKey, [...(pending.get(canaryKey) ?? []), ack]);
    return true;
  });
  const deliveries: Deliveries = {
    offer: (canaryKey, calls) => worker.offer(canaryKey, calls),
    forget(canaryKey) {
      pending.delete(canaryKey);
      worker.forget(canaryKey);
    },
    farewell(canaryKey, calls) {
      if (calls.length === 0) return;
      // A key of its own: a canary of the same name may be created meanwhile.
      const key = `${canaryKey} (deleted ${(told += 1)})`;
      const end = (): void => {
        farewells.delete(key);
        worker.forget(key);
      };
      // guard: farewell-is-tried-for-a-minute
      farewells.set(key, clock.setTimer(farewellMs, end));
      worker.offer(key, calls);
    },
    acks: (canaryKey) => pending.get(canaryKey) ?? [],
    recorded(canaryKey, acks) {
      const rest = (pending.get(canaryKey) ?? []).filter((ack) => !acks.includes(ack));
      if (rest.length === 0) pending.delete(canaryKey);
      else pending.set(canaryKey, rest);
    },
  };
  return {
    worker,
    deliveries,
    endFarewells() {
      for (const cancel of farewells.values()) cancel();
    },
  };
}
