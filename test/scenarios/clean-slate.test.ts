import { describe, expect, it } from 'vitest';
import { forgetPrevious } from '../support/scenario/forget-previous.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';

const load = { hooks: [['rollout', '/load']] } as const;

describe('a new revision in the middle of a run', () => {
  it('begins with no failed checks, however many the one before had', async () => {
    const scenario = await progressing({ ...load, analysis: { threshold: 3 } });
    scenario.receiver.reply('/load', 500);
    await scenario.until(() => scenario.status().failedChecks === 2);
    const before = scenario.status().run?.id;
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().run?.id !== before && scenario.weight() === 25);
    expect(scenario.status().failedChecks).toBe(0);
    await scenario.until(() => scenario.status().failedChecks === 1);
    scenario.receiver.reply('/load', 200);
    await scenario.reaches('Succeeded');
  });

  it('cancels what was asked about the one before, also when its first gate has not answered yet', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/gate', { timeout: '10m' }]] });
    scenario.receiver.reply('/gate', 'silence');
    scenario.ship('podinfo:2');
    await scenario.clock.advance('5s');
    scenario.receiver.reply('/gate', 200);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.history.phases.includes('Succeeded'));
    expect(scenario.receiver.cancelled.map(({ path }) => path)).toEqual(['/gate']);
  });

  it('is judged even if it was promoted once, where the primary was given another one since', async () => {
    const scenario = await progressing({ spec: { progressDeadlineSeconds: 30 } });
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Failed');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    scenario.ship('podinfo:1');
    await scenario.until(() => scenario.history.phases.includes('Succeeded'));
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });
});

describe('a revision that is shipped a second time', () => {
  it('is another run: what its hooks hear has other ids', async () => {
    const scenario = await initialized({ hooks: [['pre-rollout', '/pre']] });
    for (const image of ['podinfo:2', 'podinfo:3', 'podinfo:2']) {
      scenario.ship(image);
      await scenario.until(() => scenario.history.phases.includes('Succeeded'));
    }
    const ids = scenario.receiver.calls('/pre').map(({ payload }) => payload['runId']);
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a canary without a threshold', () => {
  it('fails at its first failed check', async () => {
    const scenario = await progressing({ ...load, analysis: { threshold: 0 } });
    scenario.receiver.reply('/load', 500);
    await scenario.reaches('Failed', 12_000);
    expect(scenario.receiver.calls('/load')).toHaveLength(1);
  });
});
