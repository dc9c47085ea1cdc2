import { byObject } from '@sluice/lib/json/by-object.ts';

/** How long the passes of one canary keep the process to themselves. */
export interface Meter {
  /** Runs `work` and counts its time until it returns: of an async function, until its first wait. */
  run<Result>(work: () => Result): Result;
  /** Milliseconds counted since the last call. */
  take(): number;
}

/** `worked`: milliseconds that this process has worked, from any moment on. Work within work counts once. */
export function createMeter(worked: () => number): Meter {
  let counted = 0;
  let depth = 0;
  return {
    run(work) {
      if (depth > 0) return work();
      const before = worked();
      depth += 1;
      try {
        return work();
      } finally {
        depth -= 1;
        counted += worked() - before;
      }
    },
    take() {
      const taken = counted;
      counted = 0;
      return taken;
    },
  };
}

export const noMeter: Meter = { run: (work) => work(), take: () => 0 };

/** Key of the meter in a metered adapter. */
const meterOf = Symbol('meter');

interface Metered {
  readonly [meterOf]: Meter;
}

/**
 * The same adapter, each of its functions metered: duties render between two requests, where nobody else could tell. Call them as
 * methods. A pass makes three of these, so each is one small object.
 */
export const metered = <Adapter extends object>(adapter: Adapter, meter: Meter): Adapter =>
  Object.assign(Object.create(methodsOf(adapter)) as Adapter, { [meterOf]: meter });

/** Not a Proxy of the adapter: one of a frozen object may give back nothing but what the object holds. */
const methodsOf = byObject((adapter: object): object =>
  Object.fromEntries(Object.entries(adapter).map(([name, value]) => [name, methodOf(adapter, value)])),
);

const methodOf = (adapter: object, value: unknown): unknown =>
  typeof value === 'function'
    ? function (this: Metered, ...args: readonly unknown[]): unknown {
        return this[meterOf].run(() => Reflect.apply(value, adapter, args));
      }
    : value;
