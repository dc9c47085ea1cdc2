import { expect, it } from 'vitest';
import { createScenario } from '../support/scenario/scenario.ts';

it('a Canary of a StatefulSet is told in its status why it is not supported, and what to do; nothing is touched', async () => {
  const targetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'podinfo' } as const;
  const scenario = await createScenario({ spec: { targetRef } });
  await scenario.until(() => scenario.condition('Invalid') !== undefined);
  const message = scenario.condition('Invalid')?.message;
  expect(message).toMatch(
    /targetRef.kind.*"StatefulSet".*not supported.*name a Deployment, a DaemonSet or a Service/,
  );
  await scenario.clock.advance('5s');
  scenario.api.takeRequests();
  await scenario.clock.advance('10m');
  expect(scenario.api.takeRequests()).toEqual([]);
  expect(scenario.services()).toEqual([]);
});
