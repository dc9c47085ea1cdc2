import { SharedPlaces } from '@sluice/lib/queue/shared-places.ts';
import type { PlaceOwner } from '@sluice/lib/queue/shared-places.ts';
import { backOff } from '@sluice/lib/time/back-off.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HookAnswer, HookCall, PauseSend, SendHook } from '../ports/hooks.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { DeliveryLane } from './delivery-lane.ts';
import type { Delivery } from './delivery-lane.ts';
import { defaultDeliveryLimits } from './delivery-limits.ts';
import type { DeliveryLimits } from './delivery-limits.ts';

/** The end of one announcement: its entry may leave the outbox with the next write of the status. */
export interface DeliveryAck {
  readonly id: string;
  /** dead: given up; goes to `status.deadLetters`. */
  readonly outcome: 'delivered' | 'dead';
  /** Answer to the last send. */
  readonly answer: HookAnswer;
  /** HTTP requests over all tries of this process. */
  readonly attempts: number;
}

export interface DeliveryWorkerDeps {
  readonly send: SendHook;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Reports the end of a delivery to the pass, which alone writes status. Called once for each id. */
  readonly acknowledge: (canaryKey: string, ack: DeliveryAck) => void;
  readonly limits?: Partial<DeliveryLimits>;
}

export interface DeliveryWorker {
  /** Takes the whole current outbox of a canary, in order, and sends new entries. Called after each pass. */
  offer(canaryKey: string, calls: readonly HookCall[]): void;
  /** Aborts the deliveries of a deleted canary; none is sent or acknowledged any more. */
  forget(canaryKey: string): void;
  /** Sends ready deliveries once, until `deadline` (milliseconds since the epoch), then aborts. The outboxes stay. */
  stop(deadline: number): Promise<void>;
  /** Resolves when no delivery is running or ready; one that waits for its next try does not count. */
  idle(): Promise<void>;
}

/** The turn of a send that has paused. */
interface Resumption extends PlaceOwner {
  readonly resume: () => void;
}

interface CanaryDeliveries {
  /** By type and name of the hook. */
  readonly lanes: Map<string, DeliveryLane>;
  /** Acknowledged, but not yet gone from the outbox. */
  readonly settled: Set<string>;
}

/** Sends the announcements of all canaries off the pass: at least once, one id each, in order for each hook. */
export function createDeliveryWorker(deps: DeliveryWorkerDeps): DeliveryWorker {
  return new Worker(deps);
}

class Worker implements DeliveryWorker {
  readonly #deps: DeliveryWorkerDeps;
  readonly #limits: DeliveryLimits;
  readonly #canaries = new Map<string, CanaryDeliveries>();
  readonly #places: SharedPlaces<DeliveryLane | Resumption>;
  /** Sends that have not ended; those that pause before a retry among them. */
  #running = 0;
  #stopping = false;
  #idleWaiters: (() => void)[] = [];

  constructor(deps: DeliveryWorkerDeps) {
    this.#deps = deps;
    this.#limits = { ...defaultDeliveryLimits, ...deps.limits };
    const { concurrency: all, perNamespace: perGroup, perCanary: perMember } = this.#limits;
    this.#places = new SharedPlaces({ all, perGroup, perMember });
  }

  offer(canaryKey: string, calls: readonly HookCall[]): void {
    // guard: what-stops-takes-nothing-new
    if (this.#stopping) return;
    const canary = this.#canaries.get(canaryKey) ?? { lanes: new Map(), settled: new Set() };
    this.#canaries.set(canaryKey, canary);
    const listed = new Set(calls.map((call) => call.id));
    for (const id of canary.settled) if (!listed.has(id)) canary.settled.delete(id);

    const open = calls.filter((call) => !canary.settled.has(call.id)).slice(0, this.#limits.queuedPerCanary);
    const byLane = Map.groupBy(open, (call) =>
      JSON.stringify([call.type, /* guard: lanes-are-of-one-hook */ call.name]),
    );
    for (const key of byLane.keys()) {
      if (!canary.lanes.has(key)) canary.lanes.set(key, new DeliveryLane(canaryKey));
    }
    for (const [key, lane] of canary.lanes) {
      lane.take(byLane.get(key) ?? [], this.#deps.clock.now());
      if (lane.isEmpty) canary.lanes.delete(key);
      this.#schedule(lane);
    }
    if (canary.lanes.size === 0 && canary.settled.size === 0) this.#canaries.delete(canaryKey);
    this.#pump();
  }

  forget(canaryKey: string): void {
    for (const lane of this.#canaries.get(canaryKey)?.lanes.values() ?? []) {
      // guard: a-forgotten-canary-is-told-no-more
      lane.clear(true);
      this.#places.withdraw(lane);
    }
    this.#canaries.delete(canaryKey);
    this.#pump();
  }

  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    // A paused lane has failed before: its deliveries would only fail again.
    for (const lane of this.#lanes()) if (lane.isPaused) lane.clear(false);
    const { clock } = this.#deps;
    const cancelTimer = clock.setTimer(Math.max(0, deadline - clock.now()), () => {
      // guard: stop-has-a-deadline
      for (const lane of this.#lanes()) {
        lane.clear(true);
        this.#places.withdraw(lane);
      }
      this.#pump();
    });
    await this.idle();
    cancelTimer();
  }

  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  get #isIdle(): boolean {
    return this.#running === 0 && !this.#places.hasWaiting;
  }

  *#lanes(): Iterable<DeliveryLane> {
    for (const canary of this.#canaries.values()) yield* canary.lanes.values();
  }

  #schedule(lane: DeliveryLane): void {
    if (lane.isReady) this.#places.wait(lane);
    else this.#places.withdraw(lane);
  }

  #pump(): void {
    for (let turn = this.#places.admit(); turn !== undefined; turn = this.#places.admit()) {
      if (turn instanceof DeliveryLane) this.#run(turn);
      else turn.resume();
    }
    if (!this.#isIdle) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #run(lane: DeliveryLane): void {
    const started = lane.start();
    if (started === undefined) return this.#places.release(lane);
    const { delivery, signal } = started;
    this.#running += 1;
    const place = this.#placeOf(lane);
    void this.#deps
      .send(delivery.call, signal, place.pause)
      .then((answer) => {
        // Aborted means forgotten or stopped: a new canary of the same name may exist already.
        // guard: an-answer-after-forgetting-is-of-nobody
        if (signal.aborted) lane.finish();
        else this.#settle(lane, delivery, answer);
      })
      .catch((error: unknown) => {
        lane.finish();
        this.#deps.log.error('delivery failed inside the controller', { error: describeError(error) });
      })
      .finally(() => {
        this.#running -= 1;
        place.giveBack();
        this.#schedule(lane);
        this.#pump();
      });
  }

  /** The place of a lane that runs. During a pause before a retry it is somebody else's. */
  #placeOf(lane: DeliveryLane): { readonly pause: PauseSend; readonly giveBack: () => void } {
    let holder: DeliveryLane | Resumption = lane;
    const giveBack = (): void => this.#places.release(holder);
    const pause: PauseSend = async (ms, signal) => {
      // guard: a-pause-gives-the-place-back
      giveBack();
      this.#pump();
      await sleep(this.#deps.clock, ms, signal);
      if (!signal.aborted) holder = await this.#resume(lane, signal);
    };
    return { pause, giveBack };
  }

  #resume({ group, member }: DeliveryLane, signal: AbortSignal): Promise<Resumption> {
    return new Promise((resolve) => {
      const turn: Resumption = { group, member, resume: () => resolve(turn) };
      this.#places.wait(turn);
      const withdraw = (): void => {
        this.#places.withdraw(turn);
        resolve(turn);
      };
      signal.addEventListener('abort', withdraw, { once: true });
      this.#pump();
    });
  }

  #settle(lane: DeliveryLane, delivery: Delivery, answer: HookAnswer): void {
    delivery.tries += 1;
    delivery.attempts += answer.attempts;
    if (answer.outcome === 'cancelled') lane.finish();
    else if (answer.outcome === 'passed') this.#end(lane, delivery, 'delivered', answer);
    else /* guard: what-is-left-is-for-the-next-leader */ if (this.#stopping) this.#leaveForNextLeader(lane);
    else /* guard: announcements-are-given-up-in-the-end */ if (this.#isUsedUp(delivery))
      this.#end(lane, delivery, 'dead', answer);
    else this.#tryLater(lane, delivery);
  }

  #end(lane: DeliveryLane, delivery: Delivery, outcome: DeliveryAck['outcome'], answer: HookAnswer): void {
    const { id, name, type } = delivery.call;
    const { canaryKey } = lane;
    lane.finish();
    // guard: delivered-is-not-told-again
    this.#canaries.get(canaryKey)?.settled.add(id);
    const fields = { canary: canaryKey, hook: name, type, deliveryId: id, code: answer.code };
    if (outcome === 'dead') {
      const { attempts } = delivery;
      this.#deps.log.warn('announcement given up', { ...fields, attempts, message: answer.message });
    }
    this.#deps.acknowledge(canaryKey, { id, outcome, answer, attempts: delivery.attempts });
  }

  #leaveForNextLeader(lane: DeliveryLane): void {
    lane.finish();
    lane.clear(false);
  }

  #tryLater(lane: DeliveryLane, delivery: Delivery): void {
    const { clock, random } = this.#deps;
    const delayMs = backOff(delivery.tries, this.#limits.pause, random);
    lane.finishForLater(
      (end) => clock.setTimer(delayMs, end),
      () => {
        this.#schedule(lane);
        this.#pump();
      },
    );
  }

  #isUsedUp(delivery: Delivery): boolean {
    const policy =
      delivery.call.type === 'event'
        ? this.#limits.event
        : // guard: ends-of-runs-are-tried-longer-than-events
          this.#limits.postRollout;
    const ageMs = this.#deps.clock.now() - delivery.seenAt;
    return delivery.tries >= policy.tries || ageMs >= policy.ageMs;
  }
}
