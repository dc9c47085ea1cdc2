import { describe, expect, it } from 'vitest';
import type { ApiFault } from '../support/fakes/api-faults.ts';
import { prepare, travelSafely } from './journeys/journey.ts';
import type { Journey } from './journeys/journey.ts';
import type { EndState } from './journeys/end-state.ts';
import { countRuns } from './proof-counts.ts';
import { everyCell, isLong, partOf, repeatedBy } from './proof-runs.ts';

/**
 * Those of the first row mostly end alike, to the millisecond. In CI each request meets all, in the short run one of each row,
 * in turns.
 */
const alike: readonly (readonly ApiFault[])[] = [
  [409, 403, 429, 404, 500, 'unreached'],
  ['silence', 'lost', 'slow'],
];
export const faults: readonly ApiFault[] = alike.flat();

const faultsAt = (index: number): readonly ApiFault[] =>
  isLong || everyCell ? faults : alike.flatMap((row) => row[index % row.length] ?? []);

/** The n-th request of a journey that is named so. */
interface Asked {
  readonly request: string;
  readonly skip: number;
}

interface Undisturbed {
  readonly end: EndState | string;
  /** Writes, and reads of one object. */
  readonly asked: readonly Asked[];
}

export async function undisturbed(journey: Journey): Promise<Undisturbed> {
  const prepared = await prepare(journey);
  const { api } = prepared.scenario;
  api.takeRequests();
  const end = await travelSafely(prepared);
  const seen = new Map<string, number>();
  const asked = api.takeRequests().map((request) => {
    const skip = seen.get(request) ?? 0;
    seen.set(request, skip + 1);
    return { request, skip };
  });
  return { end, asked };
}

/** That request, and the next one of its name, meet the fault. */
async function disturbed(
  journey: Journey,
  { request, skip }: Asked,
  fault: ApiFault,
): Promise<EndState | string> {
  const prepared = await prepare(journey);
  prepared.scenario.api.break(new RegExp(`^${request}$`), fault, 2, skip);
  return travelSafely(prepared);
}

/** More may be told, a refusal for example; never less. */
export function expectSameEnd(found: EndState | string, expected: EndState | string, where: string): void {
  if (typeof found === 'string' || typeof expected === 'string') {
    expect.soft(found, where).toEqual(expected);
    return;
  }
  const { events, ...rest } = found;
  const { events: told, ...same } = expected;
  expect.soft(rest, where).toEqual(same);
  expect.soft(events, where).toEqual(expect.arrayContaining([...told]));
}

export function describeApiFaults(part: string, journeys: readonly Journey[]): void {
  const counted = countRuns(`API faults, ${part}`, journeys.length);
  describe('an API server that fails twice at any single write or read of an object changes nothing but the time it takes', () => {
    it.each(journeys.map((journey) => [journey.name, journey] as const))('%s', async (_name, journey) => {
      const { end, asked } = await undisturbed(journey);
      expect(end).toBeTypeOf('object');
      expect(asked.length).toBeGreaterThan(1);
      const turn = partOf(journey.name, faults.length);
      for (const [index, one] of asked.entries())
        for (const fault of faultsAt(turn + index)) {
          const found = await disturbed(journey, one, fault);
          counted.ran(1);
          expectSameEnd(found, end, `${fault} at ${one.request}, ${one.skip + 1} (${repeatedBy})`);
        }
    });
  });
}
