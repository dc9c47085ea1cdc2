import { describe, expect, it } from 'vitest';
import { abortOutcome } from '@sluice/sluice/rules/people/abort-outcome.ts';
import { forgetPrevious } from '../support/scenario/forget-previous.ts';
import { decideAs } from '../support/scenario/decide.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** A reason that reads like a sentence of the controller. */
const reason = 'x is not aborted: the new revision, y; podinfo keeps the traffic, with z';
const outcomeNow = async (scenario: Scenario) =>
  abortOutcome(await decideAs(scenario, { verb: 'abort', by: 'alice', reason }));

describe('what came of an abort, as its record says', () => {
  it('is a rollback, whatever the reason of the user reads like', async () => {
    expect(await outcomeNow(await progressing())).toBe('rolled-back');
  });

  it('is a run that ended, but keeps the traffic', async () => {
    const scenario = await progressing();
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    expect(await outcomeNow(scenario)).toBe('held');
  });

  it('is too late for a primary that serves the new revision', async () => {
    const scenario = await initialized({ analysis: { stepWeights: [50], stepWeightPromotion: 10 } });
    forgetPrevious(scenario);
    scenario.ship('podinfo:2');
    await scenario.until(
      () => scenario.status().phase === 'Promoting' && scenario.status().canaryWeight === 40,
    );
    expect(await outcomeNow(scenario)).toBe('too-late');
  });

  it('is a refusal where no run is on', async () => {
    expect(await outcomeNow(await initialized())).toBe('refused');
  });
});
