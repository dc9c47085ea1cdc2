import type { CancelTimer, Clock } from '@sluice/lib/ports/clock.ts';
import type { Deliveries } from '../rollout/deps.ts';
import { farewellMs } from '../rollout/decide/revert/tell-the-end.ts';
import type { DeliveryAck, DeliveryWorker } from '../webhooks/delivery-worker.ts';

export interface DeliveryParts {
  readonly worker: DeliveryWorker;
  readonly deliveries: Deliveries;
  /** Cancels the timers of deliveries for deleted canaries. */
  readonly endFarewells: () => void;
}

/** Returns whether the pass of that canary should see it. */
type Acknowledge = (canaryKey: string, ack: DeliveryAck) => boolean;

export type CreateWorker = (acknowledge: Acknowledge) => DeliveryWorker;

/** Keeps the worker's acknowledgements until the pass has recorded them: only the pass writes status. */
export function createDeliveries(
  clock: Clock,
  createWorker: CreateWorker,
  onDeadLetters: (canaryKey: string, count: number) => void = () => undefined,
): DeliveryParts {
  const pending = new Map<string, readonly DeliveryAck[]>();
  const acksOf = (canaryKey: string): readonly DeliveryAck[] => pending.get(canaryKey) ?? [];
  const worker = createWorker((canaryKey, ack) => {
    if (farewells.isOne(canaryKey)) return false;
    pending.set(canaryKey, [...acksOf(canaryKey), ack]);
    return true;
  });
  const farewells = createFarewells(clock, worker);
  const deliveries: Deliveries = {
    offer: (canaryKey, calls) => worker.offer(canaryKey, calls),
    forget(canaryKey) {
      pending.delete(canaryKey);
      worker.forget(canaryKey);
    },
    farewell: farewells.tell,
    acks: acksOf,
    recorded(canaryKey, acks) {
      const dead = acks.filter(({ outcome }) => outcome === 'dead').length;
      if (dead > 0) onDeadLetters(canaryKey, dead);
      const rest = acksOf(canaryKey).filter((ack) => !acks.includes(ack));
      if (rest.length === 0) pending.delete(canaryKey);
      else pending.set(canaryKey, rest);
    },
  };
  return { worker, deliveries, endFarewells: farewells.end };
}

interface Farewells {
  /** Whether this key stands for a deleted canary. */
  readonly isOne: (key: string) => boolean;
  readonly tell: Deliveries['farewell'];
  readonly end: () => void;
}

/** Deliveries for deleted canaries. No status remembers them, so they are retried for a limited time. */
function createFarewells(clock: Clock, worker: DeliveryWorker): Farewells {
  const timers = new Map<string, CancelTimer>();
  let told = 0;
  return {
    isOne: (key) => timers.has(key),
    tell(canaryKey, calls) {
      if (calls.length === 0) return;
      // A key of its own: a canary of the same name may be created meanwhile.
      const key = `${canaryKey} (deleted ${(told += 1)})`;
      const end = (): void => {
        timers.delete(key);
        worker.forget(key);
      };
      // guard: farewell-is-tried-for-a-minute
      timers.set(key, clock.setTimer(farewellMs, end));
      worker.offer(key, calls);
    },
    end() {
      for (const cancel of timers.values()) cancel();
    },
  };
}
