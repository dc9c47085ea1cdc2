import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createWorkQueue } from './work-queue.ts';
import type { WorkQueueOptions, WorkResult } from './work-queue.ts';

const done: WorkResult = { again: false, wakeAt: undefined, failure: undefined };

function bench(work: WorkQueueOptions['work'], options: Partial<WorkQueueOptions> = {}) {
  const clock = createFakeClock();
  const queue = createWorkQueue({ clock, random: () => 1, concurrency: 2, work, ...options });
  return { clock, queue };
}

/** Work that ends when it is told to. */
function heldWork() {
  const ends = new Map<string, (result?: WorkResult) => void>();
  const started: string[] = [];
  return {
    started,
    work: (key: string): Promise<WorkResult> => {
      started.push(key);
      return new Promise((resolve) => ends.set(key, (result = done) => resolve(result)));
    },
    end: (key: string, result?: WorkResult): void => ends.get(key)?.(result),
  };
}

describe('a queue of keys', () => {
  it('works on each key that was added', async () => {
    const worked: string[] = [];
    const { clock, queue } = bench((key) => {
      worked.push(key);
      return Promise.resolve(done);
    });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await clock.settle();
    expect(worked).toEqual(['a', 'b', 'c']);
  });

  it('says how long work waited since it was due', async () => {
    const late: number[] = [];
    const held = heldWork();
    const { clock, queue } = bench(held.work, { concurrency: 1, onStart: (ms) => void late.push(ms) });
    queue.add('a');
    queue.add('b');
    await clock.advance('3s');
    held.end('a', { ...done, wakeAt: clock.now() + 1_000 });
    await clock.advance('2s');
    held.end('b');
    await clock.settle();
    expect(held.started).toEqual(['a', 'b', 'a']);
    expect(late).toEqual([0, 3_000, 1_000]);
  });

  it('folds what comes while a key waits into one run', async () => {
    const held = heldWork();
    const { clock, queue } = bench(held.work, { concurrency: 1 });
    for (const key of ['a', 'b', 'b', 'b']) queue.add(key);
    held.end('a');
    await clock.settle();
    held.end('b');
    await clock.settle();
    expect(held.started).toEqual(['a', 'b']);
  });

  it('folds news that follows a run closely into one more, and takes the first at once', async () => {
    const late: number[] = [];
    const times: number[] = [];
    const { clock, queue } = bench(
      () => {
        times.push(clock.now());
        return Promise.resolve(done);
      },
      { foldMs: 25, onStart: (ms) => void late.push(ms) },
    );
    const began = clock.now();
    queue.addFolded('a');
    for (let turn = 0; turn < 6; turn += 1) {
      queue.addFolded('a');
      queue.addFolded('a');
      await clock.advance(10);
    }
    await clock.advance('1s');
    queue.addFolded('a');
    await clock.settle();
    expect(times.map((time) => time - began)).toEqual([0, 25, 50, 75, 1_060]);
    expect(late).toEqual([0, 0, 0, 0, 0]);
    expect(clock.pending).toBe(0);
  });

  it('does not let news that may wait hold up what may not', async () => {
    const held = heldWork();
    const { clock, queue } = bench(held.work, { foldMs: 25 });
    queue.addFolded('a');
    queue.addFolded('a');
    queue.add('a');
    held.end('a');
    await clock.settle();
    expect(held.started).toEqual(['a', 'a']);
    held.end('a');
    await clock.advance('1s');
    expect(held.started).toEqual(['a', 'a']);
  });

  it('runs a key once more when it was added while it ran', async () => {
    const held = heldWork();
    const { clock, queue } = bench(held.work);
    queue.add('a');
    queue.add('a');
    queue.add('a');
    expect(held.started).toEqual(['a']);
    held.end('a');
    await clock.settle();
    expect(held.started).toEqual(['a', 'a']);
  });

  it('works on no more keys at once than it may', async () => {
    const held = heldWork();
    const { clock, queue } = bench(held.work, { concurrency: 2 });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(held.started).toEqual(['a', 'b']);
    expect(queue.depth).toBe(1);
    held.end('a');
    await clock.settle();
    expect(held.started).toEqual(['a', 'b', 'c']);
  });

  it('runs again at once when the work says so', async () => {
    let runs = 0;
    const { clock, queue } = bench(() => Promise.resolve({ ...done, again: (runs += 1) < 3 }));
    queue.add('a');
    await clock.settle();
    expect(runs).toBe(3);
  });

  it('wakes a key at the time its work named, and at the last one only', async () => {
    const wakes = [10_000, 3_000];
    let runs = 0;
    const { clock, queue } = bench(() => {
      runs += 1;
      const wake = wakes.shift();
      return Promise.resolve({ ...done, wakeAt: wake === undefined ? undefined : clock.now() + wake });
    });
    queue.add('a');
    await clock.settle();
    queue.add('a');
    await clock.settle();
    await clock.advance('2900ms');
    expect(runs).toBe(2);
    await clock.advance('100ms');
    expect(runs).toBe(3);
    await clock.advance('1m');
    expect(runs).toBe(3);
  });

  it('backs off from a key that fails, further each time and up to a limit, and starts anew when it succeeds', async () => {
    const times: number[] = [];
    let failing = true;
    const { clock, queue } = bench(
      () => {
        times.push(clock.now());
        return Promise.resolve({ ...done, failure: failing ? new Error('no') : undefined });
      },
      { firstBackoffMs: 100, longestBackoffMs: 400 },
    );
    queue.add('a');
    await clock.advance('1200ms');
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses).toEqual([100, 200, 400, 400]);
    failing = false;
    await clock.advance('400ms');
    expect(clock.pending).toBe(0);
  });

  it('takes work that throws for work that failed', async () => {
    let runs = 0;
    const { clock, queue } = bench(() => {
      runs += 1;
      return runs === 1 ? Promise.reject(new Error('no')) : Promise.resolve(done);
    });
    queue.add('a');
    await clock.advance('200ms');
    expect(runs).toBe(2);
  });

  it('drops the timers of a key that is forgotten', async () => {
    let runs = 0;
    const { clock, queue } = bench(() =>
      Promise.resolve({ ...done, wakeAt: clock.now() + (runs += 1) * 1000 }),
    );
    queue.add('a');
    await clock.settle();
    queue.forget('a');
    await clock.advance('10s');
    expect(runs).toBe(1);
  });

  it('never has two workers on a key, also when it was forgotten while it ran and came back', async () => {
    const held = heldWork();
    const { clock, queue } = bench(held.work);
    queue.add('a');
    queue.forget('a');
    queue.add('a');
    await clock.settle();
    expect(held.started).toEqual(['a']);
    held.end('a', { ...done, again: true });
    await clock.settle();
    expect(held.started).toEqual(['a', 'a']);
  });

  it('stops: aborts what runs, waits for it, and starts nothing more', async () => {
    const held = heldWork();
    let aborted = false;
    const { clock, queue } = bench(
      (key, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        return held.work(key);
      },
      { concurrency: 1 },
    );
    queue.add('a');
    queue.add('a');
    queue.add('b');
    let ended = false;
    const stopped = queue.stop().then(() => (ended = true));
    await clock.settle();
    expect(ended).toBe(false);
    held.end('a', { ...done, again: true, wakeAt: clock.now() + 1 });
    await stopped;
    queue.add('c');
    await clock.advance('1m');
    expect(aborted).toBe(true);
    expect(held.started).toEqual(['a']);
  });

  it('whatever happens: never one key twice at once, and nothing that was added is lost', async () => {
    const action = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      act: fc.constantFrom('add', 'addFolded', 'end', 'forget', 'wait'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
        const running = new Map<string, () => void>();
        const owed = new Set<string>();
        const work = (key: string): Promise<WorkResult> => {
          expect(running.has(key)).toBe(false);
          owed.delete(key);
          return new Promise((resolve) => {
            running.set(key, () => {
              running.delete(key);
              resolve(done);
            });
          });
        };
        const { clock, queue } = bench(work, { foldMs: 25 });
        for (const { key, act } of actions) {
          if (act === 'add' || act === 'addFolded') owed.add(key);
          if (act === 'add' || act === 'addFolded') queue[act](key);
          if (act === 'wait') await clock.advance(10);
          if (act === 'end') running.get(key)?.();
          if (act === 'forget') queue.forget(key);
          await clock.settle();
        }
        await clock.advance('1s');
        while (running.size > 0) {
          for (const end of running.values()) end();
          await clock.advance('1s');
        }
        expect([...owed]).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
