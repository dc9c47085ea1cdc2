import type { PlaceOwner } from '@sluice/lib/queue/shared-places.ts';
import type { CancelTimer } from '@sluice/lib/ports/clock.ts';
import type { HookCall } from '../ports/hooks.ts';

/** One announcement that is being delivered. */
export interface Delivery {
  call: HookCall;
  readonly seenAt: number;
  /** Sends so far. */
  tries: number;
  /** HTTP requests so far. */
  attempts: number;
}

/** The announcements of one hook of one canary, sent one at a time and in order. */
export class DeliveryLane implements PlaceOwner {
  readonly canaryKey: string;
  /** The namespace. */
  readonly group: string;
  #waiting: Delivery[] = [];
  #current:
    { readonly delivery: Delivery; readonly controller: AbortController; listed: boolean } | undefined;
  #cancelPause: CancelTimer | undefined;

  constructor(canaryKey: string) {
    this.canaryKey = canaryKey;
    this.group = canaryKey.slice(0, canaryKey.indexOf('/'));
  }

  get member(): string {
    return this.canaryKey;
  }

  /** Makes the lane hold `calls`, in order. Known announcements keep their counts; those not in `calls` are dropped. */
  take(calls: readonly HookCall[], now: number): void {
    const head = this.#waiting[0]?.call.id;
    const known = new Map(this.#waiting.map((delivery) => [delivery.call.id, delivery]));
    const running = this.#current?.delivery.call.id;
    if (this.#current !== undefined) this.#current.listed = false;
    this.#waiting = [];
    for (const call of calls) {
      // guard: what-runs-is-not-queued-once-more
      if (call.id === running) this.#keepRunning(call);
      else {
        const delivery = known.get(call.id) ?? { call, seenAt: now, tries: 0, attempts: 0 };
        // The hook may have been corrected in the meantime, so its next try uses the new spec.
        delivery.call = call;
        this.#waiting.push(delivery);
      }
    }
    if (this.#waiting[0]?.call.id !== head) this.endPause();
  }

  #keepRunning(call: HookCall): void {
    if (this.#current === undefined) return;
    this.#current.listed = true;
    this.#current.delivery.call = call;
  }

  get isReady(): boolean {
    return (
      // guard: one-delivery-at-a-time-in-a-lane
      this.#current === undefined &&
      // guard: a-lane-that-failed-pauses
      this.#cancelPause === undefined &&
      this.#waiting.length > 0
    );
  }

  get isEmpty(): boolean {
    return this.#current === undefined && this.#waiting.length === 0;
  }

  start(): { delivery: Delivery; signal: AbortSignal } | undefined {
    const delivery = this.#waiting.shift();
    if (delivery === undefined) return undefined;
    this.#current = { delivery, controller: new AbortController(), listed: true };
    return { delivery, signal: this.#current.controller.signal };
  }

  finish(): void {
    this.#current = undefined;
  }

  /** Puts the delivery that just failed back to the front, unless the last `take` did not list it. */
  finishForLater(setPause: (end: () => void) => CancelTimer, onEnd: () => void): void {
    const current = this.#current;
    this.#current = undefined;
    if (current === undefined || /* guard: what-was-withdrawn-is-not-tried-again */ !current.listed) return;
    // guard: what-failed-goes-first-again
    this.#waiting.unshift(current.delivery);
    this.#cancelPause = setPause(() => {
      this.#cancelPause = undefined;
      onEnd();
    });
  }

  endPause(): void {
    this.#cancelPause?.();
    this.#cancelPause = undefined;
  }

  get isPaused(): boolean {
    return this.#cancelPause !== undefined;
  }

  /** Drops the waiting deliveries and, with `abortRunning`, aborts the running one. */
  clear(abortRunning: boolean): void {
    this.endPause();
    this.#waiting = [];
    if (abortRunning) this.#current?.controller.abort();
  }
}
