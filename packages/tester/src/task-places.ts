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

export interface PlaceLimits {
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
export function placeLimits(all: number): PlaceLimits {
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

interface Turn extends TaskOwner {
  state: 'waiting' | 'running' | 'left';
  readonly go: () => void;
}

/** Hands out places. Namespaces that wait are served in turns; within one the first come that may run. */
export const createTaskPlaces = (limits: PlaceLimits): TaskPlaces => new SharedPlaces(limits);

class SharedPlaces implements TaskPlaces {
  readonly #limits: PlaceLimits;
  readonly #running = new Set<Turn>();
  /** By namespace, the one served last at the end. */
  readonly #queues = new Map<string, Turn[]>();

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running.size;
  }

  get waiting(): number {
    return sum([...this.#queues.values()].map((queue) => queue.length));
  }

  enter({ namespace, name }: TaskOwner): TaskPlace {
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn: Turn = { namespace, name, state: 'waiting', go: resolve };
    if (this.#mayRun(turn)) this.#run(turn);
    else this.#queue(turn);
    return {
      ready: promise,
      get isReady() {
        return turn.state === 'running';
      },
      leave: () => this.#leave(turn),
    };
  }

  #mayRun(turn: TaskOwner): boolean {
    const { all, perNamespace, perCanary } = this.#limits;
    const ofNamespace = [...this.#running].filter(({ namespace }) => namespace === turn.namespace);
    return (
      this.#running.size < all &&
      // guard: a-namespace-has-a-share
      ofNamespace.length < perNamespace &&
      // guard: a-canary-has-a-share
      ofNamespace.filter(({ name }) => name === turn.name).length < perCanary
    );
  }

  #run(turn: Turn): void {
    turn.state = 'running';
    this.#running.add(turn);
    turn.go();
  }

  #queue(turn: Turn): void {
    const { waiting, waitingPerNamespace, waitingPerCanary } = this.#limits;
    const queue = this.#queues.get(turn.namespace) ?? [];
    const ofCanary = queue.filter(({ name }) => name === turn.name).length;
    refuseFrom(waitingPerCanary, ofCanary, `Canary ${turn.name}.${turn.namespace}`);
    refuseFrom(waitingPerNamespace, queue.length, `namespace ${turn.namespace}`);
    refuseFrom(waiting, this.waiting, 'the tester');
    queue.push(turn);
    this.#queues.set(turn.namespace, queue);
  }

  #leave(turn: Turn): void {
    const queue = this.#queues.get(turn.namespace);
    if (turn.state === 'waiting' && queue !== undefined) this.#take(turn, queue);
    this.#running.delete(turn);
    turn.state = 'left';
    this.#serve();
  }

  #serve(): void {
    for (;;) {
      const next = [...this.#queues.values()].flatMap((queue) => this.#firstOf(queue)).at(0);
      if (next === undefined) return;
      const { turn, queue } = next;
      this.#take(turn, queue);
      // guard: namespaces-are-served-in-turns
      this.#moveToEnd(turn.namespace);
      this.#run(turn);
    }
  }

  #firstOf(queue: Turn[]): readonly { readonly turn: Turn; readonly queue: Turn[] }[] {
    const turn = queue.find((waiting) => this.#mayRun(waiting));
    return turn === undefined ? [] : [{ turn, queue }];
  }

  #take(turn: Turn, queue: Turn[]): void {
    queue.splice(queue.indexOf(turn), 1);
    if (queue.length === 0) this.#queues.delete(turn.namespace);
  }

  #moveToEnd(namespace: string): void {
    const queue = this.#queues.get(namespace);
    if (queue === undefined) return;
    this.#queues.delete(namespace);
    this.#queues.set(namespace, queue);
  }
}

function refuseFrom(limit: number, waiting: number, whose: string): void {
  if (waiting < limit) return;
  throw new TesterError(
    503,
    `All places for tasks of ${whose.slice(0, 600)} are taken, and ${waiting} wait. Try again later.`,
  );
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
