import { describe, expect, it } from 'vitest';
import type { Scenario } from '../support/scenario/scenario.ts';
import { prepare, travelSafely } from './journeys/journey.ts';
import type { Journey } from './journeys/journey.ts';
import type { EndState } from './journeys/end-state.ts';
import { countRuns } from './proof-counts.ts';
import { everyCell, repeatedBy, sliceOf } from './proof-runs.ts';

type Moment = 'before a write' | 'after a write' | 'before a call' | 'after a call';

const moments: readonly Moment[] = ['before a write', 'after a write', 'before a call', 'after a call'];

/** Calls `happens` with a number at each moment of that kind. */
function onEach(scenario: Scenario, moment: Moment, happens: (count: number, what: string) => void): void {
  let count = 0;
  const notice = (what: string): void => happens((count += 1), what);
  if (moment === 'before a write') scenario.api.beforeWrite = notice;
  if (moment === 'after a write') scenario.api.onWrite = notice;
  if (moment === 'before a call') scenario.receiver.beforeCall = notice;
  if (moment === 'after a call') scenario.receiver.onCall = notice;
}

/** One death: at the `fatal`th moment of that kind. */
interface Cell {
  readonly moment: Moment;
  readonly fatal: number;
}

interface Undisturbed {
  readonly end: EndState | string;
  /** How often each kind of moment came. */
  readonly counts: readonly number[];
  /** The moments, in their order, at which the world outside of the process is not as at the one before. */
  readonly cells: readonly Cell[];
}

async function undisturbed(journey: Journey): Promise<Undisturbed> {
  const prepared = await prepare(journey);
  const { scenario } = prepared;
  const counts = moments.map(() => 0);
  const cells: Cell[] = [];
  const worlds = new Set<string>();
  let calls = 0;
  moments.forEach((moment, index) => {
    onEach(scenario, moment, (fatal) => {
      counts[index] = fatal;
      const before = worlds.size;
      if (everyCell || worlds.add(outsideOf(scenario, calls)).size > before) cells.push({ moment, fatal });
      if (moment === 'before a call') calls += 1;
    });
  });
  return { end: await travelSafely(prepared), counts, cells };
}

/**
 * All that a process that dies now leaves behind, in a few numbers: two moments between which nothing reached the API server
 * or a receiver, nothing set out for them, and no timer fired, are one to everybody else. After a write and before the next
 * one, for example.
 */
const outsideOf = ({ clock, store, api, receiver }: Scenario, calls: number): string =>
  [clock.fired, store.resourceVersion(), api.sent, calls, receiver.received.length].join(' ');

/** The process dies at the `fatal`th moment of that kind, and another one begins. */
async function disturbed(
  journey: Journey,
  moment: Moment,
  fatal: number,
): Promise<readonly [EndState | string, string]> {
  const prepared = await prepare(journey);
  const { scenario } = prepared;
  let where = 'nowhere';
  onEach(scenario, moment, (count, what) => {
    if (count !== fatal) return;
    where = `${moment}, ${fatal}: ${what}`;
    scenario.kill();
    setImmediate(() => void scenario.replace());
    // It does not go out: `kill` alone is heard only by what is sent afterwards.
    if (moment.startsWith('before')) throw new Error('this process is dead');
  });
  return [await travelSafely(prepared), where];
}

export function describeCrashMatrix(part: string, journeys: readonly Journey[]): void {
  const counted = countRuns(`Crash matrix, ${part}`, journeys.length);
  describe('a controller that dies before or after any single write or call leaves no trace in', () => {
    it.each(journeys.map((journey) => [journey.name, journey] as const))('%s', async (_name, journey) => {
      const { end, counts, cells } = await undisturbed(journey);
      expect(end).toBeTypeOf('object');
      expect(counts.slice(0, 2).every((count) => count > 0)).toBe(true);
      for (const { moment, fatal } of sliceOf(journey.name, cells, 3)) {
        const [found, where] = await disturbed(journey, moment, fatal);
        counted.ran(1);
        expect.soft(where).not.toBe('nowhere');
        expect.soft(found, `${where} (${repeatedBy})`).toEqual(end);
      }
    });
  });
}
