import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { findRouter } from '@sluice/sluice/routers/index.ts';
import type { Router } from '@sluice/sluice/ports/router.ts';
import { namespace } from '../support/scenario/objects.ts';
import { neighbour } from '../support/scenario/neighbour.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

/** The slow canary is one whose service has this time-out. */
const slowTimeout = '7s';

/** The Gateway API router, whose check of a slow canary keeps the process for so long. */
function slowRouter(heldMs: number) {
  const real = findRouter('gatewayapi:v1');
  if (real === undefined) throw new Error('no router');
  const state: { scenario?: Scenario; checks: number; isBroken: boolean } = {
    checks: 0,
    isBroken: false,
  };
  const router: Router = {
    ...real,
    check(canary, read) {
      if (canary.spec.service?.timeout === slowTimeout) {
        state.checks += 1;
        state.scenario?.clock.hold(heldMs);
        if (state.isBroken) throw new Error('broken');
      }
      return real.check(canary, read);
    },
  };
  return { router, state };
}

/** A canary that became slow, and when. */
async function slow(heldMs: number, start = initialized, options: ScenarioOptions = {}) {
  const { router, state } = slowRouter(heldMs);
  const scenario = await start({ ...options, router });
  state.scenario = scenario;
  scenario.edit((spec) => ({ service: { port: 80, ...spec.service, timeout: slowTimeout } }));
  await scenario.until(() => state.checks > 0);
  await scenario.clock.settle();
  return { scenario, state };
}

function annotate({ store }: Scenario, annotations: Readonly<Record<string, string>>): void {
  const object = store.get(canaries, { namespace, name: 'podinfo' });
  if (object === undefined) throw new Error('no canary');
  store.update(canaries, { ...object, metadata: { ...object.metadata, annotations } });
}

describe('a canary whose pass kept the process for a second', () => {
  it('is set aside, says so in status and one Warning, and is looked at again after ten minutes', async () => {
    const { scenario, state } = await slow(1_400);
    const seconds =
      /its last pass took 1\.4 s of this process.*looked at again in 10 minutes, or when it changes/;
    expect(scenario.status().waiting).toMatchObject({ reason: 'SetAside', for: 'person' });
    expect(scenario.status().waiting?.message).toMatch(seconds);
    expect(scenario.condition('SetAside')?.message).toMatch(seconds);
    expect(state.checks).toBe(1);
    await scenario.clock.advance('9m50s');
    expect(state.checks).toBe(1);
    await scenario.clock.advance('20s');
    expect(state.checks).toBe(2);
    await scenario.clock.advance('15m');
    expect(state.checks).toBe(3);
    expect(scenario.events().filter((event) => event === 'Warning SetAside')).toHaveLength(1);
  });

  it('is not set aside for less', async () => {
    const { scenario } = await slow(900);
    await scenario.clock.advance('30s');
    expect(scenario.condition('SetAside')).toBeUndefined();
  });

  it('delays no other canary, whatever changes around it', async () => {
    const { scenario, state } = await slow(1_400, initialized, { objects: neighbour() });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.image('other-primary') === 'other:1');
    await scenario.clock.advance('5m');
    expect(state.checks).toBe(1);
    expect(scenario.status().phase).toBe('Initialized');
  });

  it('is taken up again when its spec changes, and says no more of it', async () => {
    const { scenario } = await slow(1_400);
    scenario.edit((spec) => ({ service: { port: 80, ...spec.service, timeout: '8s' } }));
    await scenario.clock.advance('20s');
    expect(scenario.condition('SetAside')).toBeUndefined();
    expect(scenario.status().waiting).toBeUndefined();
  });

  it('gets a tenth of the process at the most, however often it is changed', async () => {
    const { scenario, state } = await slow(1_400);
    const before = state.checks;
    for (let second = 0; second < 140; second += 1) {
      annotate(scenario, { note: String(second) });
      await scenario.clock.advance('1s');
    }
    expect(state.checks - before).toBeGreaterThan(2);
    expect(state.checks - before).toBeLessThanOrEqual(10);
  });

  it('still obeys an abort in the middle of a run', async () => {
    const { scenario } = await slow(1_400, progressing);
    annotate(scenario, { 'sluice.dev/abort': 'stop' });
    await scenario.until(() => scenario.weight() === 0);
    expect(scenario.status().phase).toBe('Failed');
  });

  it('whose pass breaks is set aside as well', async () => {
    const { scenario, state } = await slow(1_400, initialized, {});
    state.isBroken = true;
    scenario.edit((spec) => ({ service: { port: 80, ...spec.service, backendTimeout: '1s' } }));
    await scenario.clock.advance('20s');
    const before = state.checks;
    await scenario.clock.advance('9m');
    expect(state.checks).toBe(before);
  });

  it('is deleted at once', async () => {
    const { scenario } = await slow(1_400, initialized, { spec: { revertOnDeletion: true } });
    const begun = scenario.clock.now();
    scenario.store.delete(canaries, { namespace, name: 'podinfo' });
    await scenario.until(
      () => scenario.store.get(canaries, { namespace, name: 'podinfo' }) === undefined,
      60_000,
    );
    expect(scenario.clock.now() - begun).toBeLessThan(1_000);
  });
});
