/** Whom a turn is for: a member of a group, such as one Canary of a namespace. */
export interface PlaceOwner {
  readonly group: string;
  readonly member: string;
}

/** How many have a place at the same time. */
export interface PlaceLimits {
  readonly all: number;
  readonly perGroup: number;
  readonly perMember: number;
}

/**
 * A number of places, shared so that no group and no member can take them all. Groups that wait are admitted in turns; within
 * one, the first come that may have a place.
 */
export class SharedPlaces<Turn extends PlaceOwner> {
  readonly #limits: PlaceLimits;
  readonly #waiting = new Map<string, Set<Turn>>();
  readonly #running = new Set<Turn>();
  readonly #ofGroup = new Map<string, number>();
  readonly #ofMember = new Map<string, number>();

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running.size;
  }

  get hasWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** Queues a turn; one that waits already keeps its turn. */
  wait(turn: Turn): void {
    const queue = this.#waiting.get(turn.group) ?? new Set<Turn>();
    queue.add(turn);
    this.#waiting.set(turn.group, queue);
  }

  withdraw(turn: Turn): void {
    const queue = this.#waiting.get(turn.group);
    queue?.delete(turn);
    if (queue?.size === 0) this.#waiting.delete(turn.group);
  }

  /** Gives a place to the next turn that may have one; undefined when there is none. */
  admit(): Turn | undefined {
    // guard: places-are-bounded
    if (this.#running.size >= this.#limits.all) return undefined;
    for (const [group, queue] of this.#waiting) {
      const turn = this.#firstOf(group, queue);
      if (turn === undefined) continue;
      this.withdraw(turn);
      // guard: groups-are-admitted-in-turns
      this.#moveToEnd(group);
      this.#running.add(turn);
      this.#count(turn, 1);
      return turn;
    }
    return undefined;
  }

  /** Gives a place back. */
  release(turn: Turn): void {
    if (this.#running.delete(turn)) this.#count(turn, -1);
  }

  #firstOf(group: string, queue: ReadonlySet<Turn>): Turn | undefined {
    // guard: a-group-has-a-share
    if ((this.#ofGroup.get(group) ?? 0) >= this.#limits.perGroup) return undefined;
    for (const turn of queue) {
      // guard: a-member-has-a-share
      if ((this.#ofMember.get(memberKey(turn)) ?? 0) >= this.#limits.perMember) continue;
      return turn;
    }
    return undefined;
  }

  #moveToEnd(group: string): void {
    const queue = this.#waiting.get(group);
    if (queue === undefined) return;
    this.#waiting.delete(group);
    this.#waiting.set(group, queue);
  }

  #count(turn: Turn, by: 1 | -1): void {
    add(this.#ofGroup, turn.group, by);
    add(this.#ofMember, memberKey(turn), by);
  }
}

const memberKey = ({ group, member }: PlaceOwner): string => JSON.stringify([group, member]);

function add(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
