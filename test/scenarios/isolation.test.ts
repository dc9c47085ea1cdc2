import { describe, expect, it } from 'vitest';
import { neighbour } from '../support/scenario/neighbour.ts';
import { initialized } from '../support/scenario/scenario.ts';

describe('one canary does not hurt another', () => {
  it('when its writes are refused for ever', async () => {
    const scenario = await initialized({
      objects: neighbour(),
      faults: [[/PATCH .*other/, 500, 1_000_000]],
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([25, 50, 0]);
  });

  it('when it is invalid', async () => {
    const scenario = await initialized({ objects: neighbour({ provider: 'gloo' }) });
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
  });

  it('and both are initialized side by side', async () => {
    const scenario = await initialized({ objects: neighbour() });
    await scenario.until(() => scenario.image('other-primary') === 'other:1');
  });
});
