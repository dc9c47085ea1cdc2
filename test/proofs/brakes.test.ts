import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isResting } from '@sluice/sluice/rules/run/phases.ts';
import { annotateAbort } from '../support/scenario/places.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import type { WebhookShorthand } from '../support/scenario/objects.ts';
import { cure } from './deeds/cure.ts';
import { failings, mend } from './deeds/duties.ts';
import type { Failing } from './deeds/duties.ts';
import { longest } from './proof-runs.ts';
import { prove } from './prove.ts';
import { shipTo } from './standing.ts';
import type { Standing } from './standing.ts';
import { live, tell } from './story-under-watch.ts';
import type { Watch } from './watch.ts';
import { newWorld } from './worlds.ts';
import type { World } from './world.ts';

interface Brake {
  readonly name: string;
  /** Places at which it is one. */
  readonly at: readonly Standing[];
  readonly pull: (scenario: Scenario) => void;
  /** How long it may take to be obeyed (milliseconds). */
  readonly withinMs: (world: World) => number;
}

const judged = ['progressing', 'analysing', 'waiting-promotion', 'copying', 'promoting'] as const;
const moving = ['waiting', ...judged, 'finalising'] as const;

const brakes: readonly Brake[] = [
  {
    name: 'an abort',
    at: moving,
    pull: (scenario) => annotateAbort(scenario, 'stop it'),
    withinMs: () => 3_000,
  },
  {
    name: 'a rollback hook',
    at: moving,
    pull: ({ receiver }) => receiver.reply('/switch', 200),
    withinMs: () => 5_000,
  },
  {
    name: 'the deadline',
    at: judged,
    pull: ({ kubelet }) => kubelet.setHealthy('podinfo:2', false, 'podinfo'),
    // Two of them may follow one another: of the canary, and of what is not done.
    withinMs: ({ spec }) => 2_000 * (spec?.progressDeadlineSeconds ?? 600) + 10_000,
  },
];

/** A brake that is pulled in a run of any canary while duties of the pass fail. */
interface Drawn {
  readonly given: World;
  readonly at: Standing;
  readonly failing: readonly Failing[];
  readonly brake: Brake;
  readonly seconds: number;
  /** How long nobody cures anything once it was obeyed. */
  readonly minutes: number;
}

const needed: readonly WebhookShorthand[] = [
  ['confirm-rollout', '/confirm-rollout'],
  ['confirm-promotion', '/promotion'],
];

/** Each run has gates that can hold it, and a rollback hook that is asked each second. */
function withBrakes(given: World): World {
  const others = given.hooks.filter(
    ([type, path]) => type !== 'rollback' && !needed.some(([, own]) => own === path),
  );
  return { ...given, hooks: [...others, ...needed, ['rollback', '/switch', { pollInterval: '1s' }]] };
}

const pulled = fc
  .constantFrom(...brakes)
  .chain((brake) => fc.record({ brake: fc.constant(brake), at: fc.constantFrom(...brake.at) }));

const drawn: fc.Arbitrary<Drawn> = fc
  .record({
    given: newWorld.map(withBrakes),
    pulled,
    failing: fc.subarray([...failings], { minLength: 1, maxLength: 3 }),
    seconds: fc.integer({ min: 0, max: 5 }),
    minutes: fc.constantFrom(0, 5),
  })
  .map(({ pulled: { brake, at }, ...others }): Drawn => ({ ...others, brake, at }))
  .map((one) => ({
    ...one,
    toString: () =>
      `${one.brake.name} at ${one.at}, ${one.seconds} s after ${one.failing.map(({ deed }) => deed.text).join(' and ')}, in ${JSON.stringify(one.given)}`,
  }));

const isOver = (scenario: Scenario): boolean => isResting(scenario.status().phase);

/** The run is on its way out: whatever comes, it is not promoted any more. */
const isObeyed = (scenario: Scenario): boolean => scenario.status().run?.cause !== undefined;

/** The primary was given the new revision, so the run is undone. */
const isCopied = (scenario: Scenario): boolean => scenario.image('podinfo-primary') === 'podinfo:2';

async function stopInTime(scenario: Scenario, { given, failing, brake }: Drawn): Promise<void> {
  const wasCopied = isCopied(scenario);
  brake.pull(scenario);
  await scenario.until(() => isObeyed(scenario), brake.withinMs(given));
  await scenario.clock.advance('5s');
  if (wasCopied) return;
  expect(isCopied(scenario)).toBe(false);
  if (failing.every(({ blind }) => blind !== true)) expect(scenario.weight() ?? 0).toBe(0);
}

/** Nobody cures anything: the run stays ended, and the controller does not wear itself out. */
async function stayStopped(scenario: Scenario, minutes: number): Promise<void> {
  const [passes, wasCopied] = [scenario.passes(), isCopied(scenario)];
  await scenario.clock.advance(minutes * 60_000);
  expect(isObeyed(scenario)).toBe(true);
  expect(!wasCopied && isCopied(scenario)).toBe(false);
  expect(scenario.passes() - passes).toBeLessThanOrEqual(60 * minutes);
}

async function expectStopped(scenario: Scenario, { failing, minutes }: Drawn): Promise<void> {
  await scenario.reaches('Failed', 400_000);
  if (failing.some(({ lost }) => lost === true)) {
    expect(scenario.image('podinfo-primary')).not.toBe('podinfo:2');
    return;
  }
  await scenario.until(() => scenario.replicas('podinfo') === 0, 400_000);
  await scenario.until(() => (scenario.weight() ?? 0) === 0, 400_000);
  // A copy that could not be undone by the deadline stays, and a Warning says so.
  if (minutes > 0 && scenario.events().includes('Warning UndoIncomplete')) return;
  expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
}

async function check(one: Drawn, scenario: Scenario, watch: Watch): Promise<void> {
  const { given, at, failing, seconds } = one;
  await shipTo(scenario, at);
  if (isOver(scenario)) return;
  await tell(
    { scenario, watch },
    given,
    failing.map(({ deed }) => deed),
  );
  await scenario.clock.advance(seconds * 1_000);
  if (isOver(scenario)) return;
  if (scenario.status().phase === 'Finalising') {
    // Without analysis a run may be here already. Traffic that does not come back by the deadline undoes no copy.
    if (!one.brake.at.includes('finalising')) return;
    // What the primary ran before went with it: an abort is answered with too-late, and no hook is asked.
    if (scenario.image('podinfo-primary') === undefined) return;
  }
  await stopInTime(scenario, one);
  await stayStopped(scenario, one.minutes);
  mend(scenario, given);
  await cure(scenario, given);
  await expectStopped(scenario, one);
}

describe('in any run, whatever duty of the pass fails', () => {
  it(
    'an abort, a rollback hook and the deadline end it in time, and the canary gets no more weight',
    async ({ annotate }) => {
      await prove(
        'brakes',
        { long: 3_000, short: 300 },
        annotate,
        fc.asyncProperty(drawn, async (one) => {
          const { scenario, watch } = await live(one.given);
          await check(one, scenario, watch);
          expect(watch.violations).toEqual([]);
          await scenario.end();
        }),
      );
    },
    longest,
  );
});
