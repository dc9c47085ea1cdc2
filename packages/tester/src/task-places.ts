import { SharedPlaces } from '@sluice/lib/queue/shared-places.ts';
import type { PlaceOwner } from '@sluice/lib/queue/shared-places.ts';
import { TesterError } from './tester-error.ts';

/** Whom a task runs for. */
export interface TaskOwner {
  readonly namespace: string;
  readonly name: string;
}

/** A place for one task, or a turn in the queue for one. */
export interface TaskPlace {
  /** Resolves when the task may run; at once when there was room. Never rejects. */
  readonly ready: Promise<void>;
  readonly isReady: boolean;
  /** Gives the place, or the turn, back; the next task gets it. */
  leave(): void;
}

export interface TaskPlaceLimits {
  /** Tasks that run at once. */
  readonly all: number;
  readonly perNamespace: number;
  readonly perCanary: number;
  /** Tasks that wait. */
  readonly waiting: number;
  readonly waitingPerNamespace: number;
  readonly waitingPerCanary: number;
}

/**
 * Shares of `all` places: a namespace gets a quarter and a canary an eighth, so that one tenant's tasks never take every
 * place. Twice a share may wait, and twice all.
 */
export function placeLimits(all: number): TaskPlaceLimits {
  const perNamespace = Math.max(1, Math.floor(all / 4));
  const perCanary = Math.max(1, Math.floor(all / 8));
  return {
    all,
    perNamespace,
    perCanary,
    waiting: 2 * all,
    waitingPerNamespace: 2 * perNamespace,
    waitingPerCanary: 2 * perCanary,
  };
}

export interface TaskPlaces {
  readonly running: number;
  readonly waiting: number;
  /** Throws `TesterError` 503 when there is no room to wait either. */
  enter(owner: TaskOwner): TaskPlace;
}

interface Turn extends PlaceOwner {
  isReady: boolean;
  readonly go: () => void;
}

/** Hands out places. Namespaces that wait are served in turns; within one the first come that may run. */
export const createTaskPlaces = (limits: TaskPlaceLimits): TaskPlaces => new WaitingPlaces(limits);

class WaitingPlaces implements TaskPlaces {
  readonly #limits: TaskPlaceLimits;
  readonly #places: SharedPlaces<Turn>;
  readonly #waiting = new Set<Turn>();

  constructor(limits: TaskPlaceLimits) {
    this.#limits = limits;
    const { all, perNamespace: perGroup, perCanary: perMember } = limits;
    this.#places = new SharedPlaces({ all, perGroup, perMember });
  }

  get running(): number {
    return this.#places.running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  enter({ namespace, name }: TaskOwner): TaskPlace {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    const turn: Turn = { group: namespace, member: name, isReady: false, go: resolve };
    this.#places.wait(turn);
    this.#admit();
    if (!turn.isReady) {
      refuseWhereTooManyWait(turn, [...this.#waiting], this.#limits, () => this.#places.withdraw(turn));
      this.#waiting.add(turn);
    }
    return {
      ready,
      get isReady() {
        return turn.isReady;
      },
      leave: () => this.#leave(turn),
    };
  }

  #admit(): void {
    for (let turn = this.#places.admit(); turn !== undefined; turn = this.#places.admit()) {
      this.#waiting.delete(turn);
      turn.isReady = true;
      turn.go();
    }
  }

  #leave(turn: Turn): void {
    this.#places.withdraw(turn);
    this.#places.release(turn);
    this.#waiting.delete(turn);
    turn.isReady = false;
    this.#admit();
  }
}

function refuseWhereTooManyWait(
  { group, member }: PlaceOwner,
  waiting: readonly PlaceOwner[],
  limits: TaskPlaceLimits,
  withdraw: () => void,
): void {
  const ofNamespace = waiting.filter((turn) => turn.group === group);
  const ofCanary = ofNamespace.filter((turn) => turn.member === member);
  const shares = [
    [limits.waitingPerCanary, ofCanary.length, `Canary ${member}.${group}`],
    [limits.waitingPerNamespace, ofNamespace.length, `namespace ${group}`],
    [limits.waiting, waiting.length, 'the tester'],
  ] as const;
  for (const [limit, count, whose] of shares) {
    if (count < limit) continue;
    withdraw();
    throw new TesterError(
      503,
      `All places for tasks of ${whose.slice(0, 600)} are taken, and ${count} wait. Try again later.`,
    );
  }
}
