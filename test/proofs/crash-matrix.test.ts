import { describe, expect, it } from 'vitest';
import type { Scenario } from '../support/scenario.ts';
import { journeys, prepare } from './journeys.ts';
import type { EndState, Journey } from './journeys.ts';

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
): Promise<{ readonly end: EndState; readonly counts: readonly number[] }> {
  const prepared = await prepare(journey);
  const { scenario } = prepared;
  const counts = moments.map(() => 0);
  moments.forEach((moment, index) => onEach(scenario, moment, (count) => void (counts[index] = count)));
  const end = await prepared.travel();
  await scenario.end();
  return { end, counts };
}

/** The process dies at the `fatal`th moment of that kind, and another one begins. */
async function disturbed(journey: Journey, moment: Moment, fatal: number): Promise<[EndState, string]> {
  const prepared = await prepare(journey);
  const { scenario } = prepared;
  let where = 'nowhere';
  onEach(scenario, moment, (count, what) => {
    if (count !== fatal) return;
    where = `${moment}, ${fatal}: ${what}`;
    scenario.kill();
    setImmediate(() => void scenario.replace());
    // The call does not go out: `kill` alone is heard only by what is sent afterwards.
    if (moment === 'before a call') throw new Error('this process is dead');
  });
  const end = await prepared.travel().catch((error: unknown) => String(error) as unknown as EndState);
  await scenario.end();
  return [end, where];
}

describe('a controller that dies before or after any single write or call leaves no trace in', () => {
  it.each(journeys.map((journey) => [journey.name, journey] as const))('%s', async (_name, journey) => {
    const { end, counts } = await undisturbed(journey);
    expect(counts.slice(0, 2).every((count) => count > 2)).toBe(true);
    for (const [index, moment] of moments.entries())
      for (let fatal = 1; fatal <= (counts[index] ?? 0); fatal += 1) {
        const [found, where] = await disturbed(journey, moment, fatal);
        expect.soft(where).not.toBe('nowhere');
        expect.soft(found, where).toEqual(end);
      }
  });
});
