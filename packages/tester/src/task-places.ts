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
  readonly go: () => void;
}

/** Hands out places. Namespaces that wait are served in turns; within one the first come that may run. */
export function createTaskPlaces(limits: TaskPlaceLimits): TaskPlaces {
  const { all, perNamespace: perGroup, perCanary: perMember } = limits;
  const places = new SharedPlaces<Turn>({ all, perGroup, perMember });
  const waiting = new Set<Turn>();
  const admit = (): void => {
    for (let turn = places.admit(); turn !== undefined; turn = places.admit()) {
      waiting.delete(turn);
      turn.go();
    }
  };
  return {
    get running() {
      return places.running;
    },
    get waiting() {
      return waiting.size;
    },
    enter({ namespace, name }) {
      const { promise, resolve } = Promise.withResolvers<void>();
      let isReady = false;
      const turn: Turn = {
        group: namespace,
        member: name,
        go() {
          isReady = true;
          resolve();
        },
      };
      places.wait(turn);
      admit();
      if (!isReady) {
        refuseWhereTooManyWait(turn, [...waiting], limits, () => places.withdraw(turn));
        waiting.add(turn);
      }
      return {
        ready: promise,
        get isReady() {
          return isReady;
        },
        leave() {
          places.withdraw(turn);
          places.release(turn);
          waiting.delete(turn);
          isReady = false;
          admit();
        },
      };
    },
  };
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
