import { describe, expect, it } from 'vitest';
import type { ApiFault } from '../support/fakes/api-faults.ts';
import type { WatchFault } from '../support/fakes/watch-faults.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import { expectSameEnd, faults, undisturbed } from './api-faults.ts';
import { journeys } from './journeys.ts';
import { accompanied } from './journeys/companions.ts';
import { one, prepare, travelSafely, usual } from './journeys/journey.ts';
import type { Journey } from './journeys/journey.ts';
import type { EndState } from './journeys/end-state.ts';
import { countRuns } from './proof-counts.ts';
import { everyCell, repeatedBy, sliceOf } from './proof-runs.ts';

const kinds = ['canaries', 'deployments', 'endpointslices', 'httproutes', 'services'];
const companions = ['configmaps', 'secrets', 'horizontalpodautoscalers'];

describe('an API server that fails at first reads', () => {
  it.each([...kinds, ...companions].flatMap((kind) => faults.map((fault) => [kind, fault] as const)))(
    'lists of %s with %s: nothing is done before they can be read, then everything',
    async (kind, fault) => {
      const scenario = await createScenario({
        ...usual(one, accompanied),
        faults: [[new RegExp(`^GET .*/${kind}$`), fault, 3]],
      });
      await scenario.reaches('Initialized', 600_000);
      expect(scenario.weight()).toBe(0);
      expect(scenario.replicas('podinfo')).toBe(0);
      await scenario.end();
    },
  );
});

/** What becomes of an open watch, and what its reader meets when it tries to go on. */
interface Break {
  readonly watch: WatchFault;
  /** The next two that open one again, or list. */
  readonly then?: readonly ['WATCH' | 'GET', ApiFault];
}

const breaks: readonly Break[] = [
  { watch: 'ends' },
  { watch: 'reset' },
  { watch: 'gone' },
  { watch: 'silent' },
  ...([410, ...faults] as const).map((fault) => ({ watch: 'ends', then: ['WATCH', fault] }) as const),
  ...faults.map((fault) => ({ watch: 'gone', then: ['GET', fault] }) as const),
];

/** The watches of that kind break before the `at`th write. */
async function disturbed(journey: Journey, kind: string, how: Break, at: number): Promise<EndState | string> {
  const prepared = await prepare(journey);
  const { api } = prepared.scenario;
  let writes = 0;
  api.beforeWrite = () => {
    writes += 1;
    if (writes !== at) return;
    if (how.then !== undefined) api.break(new RegExp(`^${how.then[0]} .*/${kind}$`), how.then[1], 2);
    expect(api.watches.break(new RegExp(`/${kind}$`), how.watch)).toBeGreaterThan(0);
  };
  return travelSafely(prepared);
}

/** What the controller watches in this journey. */
async function watchedKinds(journey: Journey): Promise<readonly string[]> {
  const { scenario } = await prepare(journey);
  const open = scenario.api.watches.paths.map((path) => path.slice(path.lastIndexOf('/') + 1));
  await scenario.end();
  return [...new Set(open)].toSorted();
}

/** What happened while nobody heard of it, and is over, is told by nobody. */
const unseen = (end: EndState | string): EndState | string =>
  typeof end === 'string' ? end : { ...end, events: [] };

interface Cell {
  readonly journey: Journey;
  readonly kind: string;
  readonly how: Break;
  readonly index: number;
}

/**
 * Each break of a watch of each kind in each journey is tried by a soak; CI tries every fourth of them, so that each
 * break of each kind is met by some journeys, and each journey by some of both; the short run tries a sixth of those.
 * Moments take turns.
 */
const stride = 4;

function cellsOf(journey: Journey, watched: readonly string[], number: number): readonly Cell[] {
  const all = watched.flatMap((kind, column) =>
    breaks.map((how, row) => ({ journey, kind, how, index: number + 3 * column + row })),
  );
  if (everyCell) return all;
  return sliceOf(
    journey.name,
    all.filter(({ index }) => index % stride === 0),
    6,
  );
}

describe('a watch that ends, breaks, expires or falls silent in the middle of a journey changes nothing but the time it takes', () => {
  const counted = countRuns('Watch faults', journeys.length);
  it.each(journeys.map((journey, number) => [journey.name, journey, number] as const))(
    '%s',
    async (_name, journey, number) => {
      const { end, asked } = await undisturbed(journey);
      const writes = asked.filter(({ request }) => !request.startsWith('GET ')).length;
      const cells = cellsOf(journey, await watchedKinds(journey), number);
      expect(cells.length).toBeGreaterThan(0);
      for (const { kind, how, index } of cells) {
        const at = 1 + (Math.floor(index / stride) % writes);
        const found = await disturbed(journey, kind, how, at);
        counted.ran(1);
        const then = how.then === undefined ? '' : `, then ${how.then.join(' ')}`;
        expectSameEnd(
          found,
          how.watch === 'silent' ? unseen(end) : end,
          `watch of ${kind} ${how.watch}${then}, before write ${at} (${repeatedBy})`,
        );
      }
    },
  );
});
