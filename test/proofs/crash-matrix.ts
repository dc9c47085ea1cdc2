import { describe, expect, it } from 'vitest';
import type { Scenario } from '../support/scenario.ts';
import { prepare, travelSafely } from './journeys/journey.ts';
import type { Journey } from './journeys/journey.ts';
import type { EndState } from './journeys/end-state.ts';
import { countRuns } from './proof-counts.ts';

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

async function undisturbed(
  journey: Journey,
): Promise<{ readonly end: EndState | string; readonly counts: readonly number[] }> {
  const prepared = await prepare(journey);
  const counts = moments.map(() => 0);
  moments.forEach((moment, index) => {
    onEach(prepared.scenario, moment, (count) => void (counts[index] = count));
  });
  return { end: await travelSafely(prepared), counts };
}

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
      const { end, counts } = await undisturbed(journey);
      expect(end).toBeTypeOf('object');
      expect(counts.slice(0, 2).every((count) => count > 0)).toBe(true);
      for (const [index, moment] of moments.entries())
        for (let fatal = 1; fatal <= (counts[index] ?? 0); fatal += 1) {
          const [found, where] = await disturbed(journey, moment, fatal);
          counted.ran(1);
          expect.soft(where).not.toBe('nowhere');
          expect.soft(found, where).toEqual(end);
        }
    });
  });
}
