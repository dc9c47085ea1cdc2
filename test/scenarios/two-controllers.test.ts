import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** Somebody else writes the status. */
function writeStatus(scenario: Scenario, change: Readonly<Record<string, unknown>>): void {
  const canary = scenario.store.get(canaries, { namespace: 'test', name: 'podinfo' });
  if (canary === undefined) throw new Error('no canary');
  const status = { ...scenario.canary().status, ...change };
  scenario.store.update(canaries, { ...canary, status }, { subresource: 'status' });
}

async function fought(scenario: Scenario): Promise<void> {
  for (const iterations of [7, 8]) {
    writeStatus(scenario, { iterations });
    await scenario.clock.advance('100ms');
  }
}

describe('another controller that writes the status of a canary', () => {
  it('is left alone with it: one condition, one Warning, nothing more', async () => {
    const scenario = await progressing();
    await fought(scenario);
    expect(scenario.condition('TwoControllers')?.message).toContain('another program');
    scenario.api.takeRequests();
    writeStatus(scenario, { iterations: 9 });
    await scenario.clock.advance('2m');

    expect(scenario.api.takeRequests().filter((request) => !request.startsWith('GET'))).toEqual([]);
    expect(scenario.weight()).toBe(25);
    expect(scenario.events().filter((event) => event === 'Warning TwoControllers')).toHaveLength(1);
  });

  it.each([
    ['flagger', 1],
    ['sluice', 2],
  ] as const)(
    'is named by the books of the API server (%s), at its write number %i',
    async (manager, writes) => {
      const scenario = await progressing({ manager });
      for (let written = 0; written < writes; written += 1) {
        expect(scenario.condition('TwoControllers')).toBeUndefined();
        writeStatus(scenario, { iterations: 7 + written });
        await scenario.clock.advance('100ms');
      }
      const who = manager === 'sluice' ? 'another Sluice' : '"flagger"';
      expect(scenario.condition('TwoControllers')?.message).toContain(who);
    },
  );

  it('is forgotten when a person removes the condition', async () => {
    const scenario = await progressing();
    await fought(scenario);
    expect(scenario.condition('TwoControllers')).toBeDefined();
    writeStatus(scenario, { conditions: [], iterations: 0 });
    await scenario.reaches('Succeeded');
  });

  it('is looked for anew by a controller that starts', async () => {
    const scenario = await progressing();
    await fought(scenario);
    await scenario.restart();
    await scenario.clock.advance('2s');
    expect(scenario.condition('TwoControllers')).toBeUndefined();
    await scenario.reaches('Succeeded');
  });
});

describe('an own write whose answer was lost', () => {
  it('is no second controller, also when it is seen only after another pass', async () => {
    const scenario = await progressing({ analysis: { interval: '2m', stepWeight: 25, maxWeight: 100 } });
    for (let lost = 0; lost < 4; lost += 1) {
      scenario.api.watches.break(/\/canaries/, 'silent');
      scenario.api.break(/PATCH .*podinfo\/status/, 'lost', 1);
      await scenario.clock.advance('2m10s');
      expect(scenario.condition('TwoControllers')).toBeUndefined();
    }
    expect(scenario.log.messages('warn')).not.toContain('status was written by another program');
    await scenario.reaches('Succeeded', 1_200_000);
  });
});

describe('a person who edits the status', () => {
  it('is no second controller, however often', async () => {
    const scenario = await progressing({ manager: 'kubectl-edit' });
    await fought(scenario);
    await fought(scenario);
    expect(scenario.condition('TwoControllers')).toBeUndefined();
    await scenario.reaches('Succeeded');
  });

  it('is followed: the weight that was written is the weight of the run', async () => {
    const scenario = await progressing({ manager: 'kubectl-patch' });
    writeStatus(scenario, { canaryWeight: 50 });
    await scenario.until(() => scenario.weight() === 50, 1_000);
    await scenario.reaches('Succeeded');
  });
});
