import { describe, expect, it } from 'vitest';
import { initialized, createScenario } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const sessionAffinity = { cookieName: 'side', primaryCookieName: 'home' };

/** A sequence that does not repeat itself within a test. */
const random = (): (() => number) => {
  let state = 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
};

const shipped = async (parts: Parameters<typeof initialized>[0] = {}): Promise<Scenario> => {
  const scenario = await initialized({ analysis: { sessionAffinity }, random: random(), ...parts });
  scenario.ship('podinfo:2');
  return scenario;
};

const route = (scenario: Scenario): string => JSON.stringify(scenario.route()?.['spec']);

describe('session affinity', () => {
  it('gives a cookie with the first weight, by the same write, and the route reads so', async () => {
    const scenario = await shipped();
    await scenario.until(() => scenario.status().canaryWeight === 25);
    const cookie = scenario.status().sessionAffinityCookie;
    expect(cookie).toMatch(/^side=[a-zA-Z]{10}$/);
    await scenario.until(() => scenario.weight() === 25);
    expect(route(scenario)).toContain(`${cookie}; Max-Age=86400`);
    expect(scenario.status().primarySessionAffinityCookie).toMatch(/^home=/);
  });

  it("keeps the canary's cookie through all steps, and draws the primary's anew at each", async () => {
    const scenario = await shipped();
    await scenario.until(() => scenario.status().canaryWeight === 25);
    const first = scenario.status();
    await scenario.until(() => scenario.status().canaryWeight === 50);
    const second = scenario.status();
    expect(second.sessionAffinityCookie).toBe(first.sessionAffinityCookie);
    expect(second.primarySessionAffinityCookie).not.toBe(first.primarySessionAffinityCookie);
    expect(second.run?.redraw).toEqual({ cookie: first.primarySessionAffinityCookie, weight: 25 });
  });

  it('takes the cookie back once the run has ended, and begins the next with another', async () => {
    const scenario = await shipped();
    await scenario.until(() => scenario.status().canaryWeight === 25);
    const cookie = scenario.status().sessionAffinityCookie;
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    expect(scenario.status().sessionAffinityCookie).toBeUndefined();
    expect(scenario.status().previousSessionAffinityCookie).toBe(cookie);
    expect(scenario.status().run?.redraw).toBeUndefined();
    expect(route(scenario)).toContain(`${cookie}; Max-Age=-1`);

    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 25);
    expect(scenario.status().sessionAffinityCookie).not.toBe(cookie);
    expect(route(scenario)).not.toContain('Max-Age=-1');
  });

  it('takes the cookie back from those who met a canary that is rolled back', async () => {
    const scenario = await shipped({
      analysis: { sessionAffinity, threshold: 1 },
      hooks: [['rollout', '/l']],
    });
    await scenario.until(() => scenario.weight() === 25);
    scenario.receiver.reply('/l', 500);
    await scenario.reaches('Failed');
    await scenario.clock.advance('2s');
    expect(route(scenario)).toContain('Max-Age=-1');
    expect(scenario.weight()).toBe(0);
  });

  it('keeps its cookies over a crash', async () => {
    const scenario = await shipped();
    await scenario.until(() => scenario.weight() === 25);
    const before = [scenario.status().sessionAffinityCookie, route(scenario)];
    scenario.kill();
    await scenario.replace();
    await scenario.clock.advance('3s');
    expect([scenario.status().sessionAffinityCookie, route(scenario)]).toEqual(before);
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('is a problem on a router that cannot keep callers', async () => {
    const scenario = await createScenario({
      provider: 'kubernetes',
      analysis: { sessionAffinity, iterations: 2 },
    });
    await scenario.until(() => scenario.condition('Invalid') !== undefined);
    expect(scenario.condition('Invalid')?.message).toContain('cannot keep callers at one side');
  });

  it('does not count in an A/B test, which says so', async () => {
    const match = [{ headers: { 'x-tester': { exact: 'yes' } } }];
    const scenario = await shipped({ analysis: { sessionAffinity, iterations: 1, match } });
    await scenario.reaches('Succeeded');
    expect(scenario.messages().join('\n')).toContain('in an A/B test the match says who goes where');
    expect(scenario.status().sessionAffinityCookie).toBeUndefined();
  });
});
