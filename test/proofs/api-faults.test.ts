import { describe, expect, it } from 'vitest';
import type { ApiFault } from '../support/api-faults.ts';
import { createScenario } from '../support/scenario.ts';
import { journeys, prepare } from './journeys.ts';
import type { EndState, Journey } from './journeys.ts';

const faults: readonly ApiFault[] = [409, 403, 404, 429, 500, 'silence', 'unreached', 'lost', 'slow'];
const travelled = [
  'a new canary',
  'weights by step',
  'blue/green without a split',
  'rollback at the threshold',
  'a promotion whose primary does not start',
];

async function undisturbed(
  journey: Journey,
): Promise<{ readonly end: EndState; readonly writes: readonly string[] }> {
  const prepared = await prepare(journey);
  const { scenario } = prepared;
  const writes: string[] = [];
  scenario.api.beforeWrite = (request) => void writes.push(request);
  const end = await prepared.travel();
  await scenario.end();
  return { end, writes };
}

/** That write, and the one after it, meet the fault. */
async function disturbed(
  journey: Journey,
  request: string,
  skip: number,
  fault: ApiFault,
): Promise<EndState> {
  const prepared = await prepare(journey);
  const { scenario } = prepared;
  scenario.api.break(new RegExp(`^${request}$`), fault, 2, skip);
  const end = await prepared.travel().catch((error: unknown) => String(error) as unknown as EndState);
  await scenario.end();
  return end;
}

const cases = journeys
  .filter(({ name }) => travelled.includes(name))
  .flatMap((journey) => faults.map((fault) => [journey.name, fault, journey] as const));

describe('an API server that fails twice at any single write changes nothing but the time it takes', () => {
  it.each(cases)('%s, %s', async (_name, fault, journey) => {
    const { end, writes } = await undisturbed(journey);
    expect(writes.length).toBeGreaterThan(5);
    const seen = new Map<string, number>();
    for (const request of writes) {
      const skip = seen.get(request) ?? 0;
      seen.set(request, skip + 1);
      const { events, ...found } = await disturbed(journey, request, skip, fault);
      const { events: expected, ...same } = end;
      expect.soft(found, `${request}, ${skip + 1}`).toEqual(same);
      // More may be told, a refusal for example; never less.
      expect.soft(events ?? [], `${request}, ${skip + 1}`).toEqual(expect.arrayContaining([...expected]));
    }
  });
});

describe('an API server that fails at first reads', () => {
  const reads = ['canaries', 'deployments', 'endpointslices', 'httproutes', 'services'];
  it.each(reads.flatMap((kind) => faults.map((fault) => [kind, fault] as const)))(
    'lists of %s with %s: nothing is done before they can be read, then everything',
    async (kind, fault) => {
      const scenario = await createScenario({ faults: [[new RegExp(`^GET .*/${kind}$`), fault, 3]] });
      await scenario.reaches('Initialized', 600_000);
      expect(scenario.weight()).toBe(0);
      expect(scenario.replicas('podinfo')).toBe(0);
      await scenario.end();
    },
  );
});
