import { describe, expect, it } from 'vitest';
import { configMaps, httpRoutes, secrets } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { configMap, reading, secret } from '../support/scenario/configs.ts';

const ref = { namespace: 'test', name: 'podinfo' };
const isGone = (scenario: Scenario): boolean => scenario.store.get(canaries, ref) === undefined;
const stands = (scenario: Scenario, resource: ResourceType, name: string): boolean =>
  scenario.store.get(resource, { namespace: 'test', name }) !== undefined;

/** Deleted, with a target that does not start: the primary has to go on serving. */
async function leftToPrimary(): Promise<Scenario> {
  const scenario = await createScenario({
    target: reading('envFrom configMap', 'volume secret'),
    objects: [
      [configMaps, configMap('settings', { color: 'blue' })],
      [secrets, secret('key', { token: 'b25l' })],
    ],
    spec: { revertOnDeletion: true, progressDeadlineSeconds: 60 },
  });
  await scenario.reaches('Initialized');
  scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo');
  scenario.store.delete(canaries, ref);
  return scenario;
}

async function expectServed(scenario: Scenario): Promise<void> {
  await scenario.until(() => isGone(scenario), 300_000);
  await scenario.clock.advance('5s');
  expect(scenario.replicas('podinfo-primary')).toBe(2);
  expect(scenario.services().map(({ metadata }) => metadata.name)).toContain('podinfo-primary');
  expect(stands(scenario, httpRoutes, 'podinfo')).toBe(true);
  expect(stands(scenario, configMaps, 'settings-primary')).toBe(true);
  expect(stands(scenario, secrets, 'key-primary')).toBe(true);
}

describe('a deletion whose target does not take over in time', () => {
  it('leaves the primary serving, also when the controller begins only after the deadline: it has read nothing yet', async () => {
    const scenario = await leftToPrimary();
    await scenario.clock.advance('10s');
    scenario.kill();
    await scenario.clock.advance('2m');
    await scenario.replace();
    await expectServed(scenario);
  });

  it('leaves the primary serving when it begins with an API server that is away for a moment', async () => {
    const scenario = await leftToPrimary();
    await scenario.clock.advance('10s');
    scenario.kill();
    await scenario.clock.advance('2m');
    scenario.api.break(/^GET .*(httproutes|deployments|services)$/, 500, 9);
    await scenario.replace();
    await expectServed(scenario);
  });

  it.each(
    [
      'deployments/podinfo-primary',
      'services/podinfo',
      'httproutes/podinfo',
      'configmaps/settings-primary',
    ].flatMap((path) => ([500, 404] as const).map((fault) => [path, fault] as const)),
  )(
    'leaves the primary serving though %s is answered %s a few times: what keeps its owner is collected',
    async (path, fault) => {
      const scenario = await leftToPrimary();
      await scenario.clock.advance('58s');
      scenario.api.break(new RegExp(`PATCH .*/${path}$`), fault, 2);
      await expectServed(scenario);
    },
  );

  it.each(['lost', 409] as const)(
    'says what it leaves behind also when that word meets %s',
    async (fault) => {
      const scenario = await leftToPrimary();
      await scenario.clock.advance('58s');
      scenario.api.break(/PATCH .*canaries\/podinfo\/status$/, fault, 2);
      await scenario.until(() => isGone(scenario), 90_000);
      expect(scenario.messages().join('\n')).toContain('go on serving without an owner');
    },
  );

  it('keeps the rest when the API server goes on refusing one object', async () => {
    const scenario = await leftToPrimary();
    await scenario.clock.advance('58s');
    scenario.api.break(/PATCH .*deployments\/podinfo-primary$/, 403, 100_000);
    await scenario.until(() => isGone(scenario), 90_000);
    await scenario.clock.advance('5s');
    expect(scenario.services().map(({ metadata }) => metadata.name)).toContain('podinfo-primary');
    expect(stands(scenario, secrets, 'key-primary')).toBe(true);
  });

  it('is let go all the same when the API server goes on refusing', async () => {
    const scenario = await leftToPrimary();
    await scenario.clock.advance('58s');
    scenario.api.break(/PATCH .*services\/podinfo-canary$/, 403, 100_000);
    await scenario.until(() => isGone(scenario), 90_000);
    await scenario.clock.advance('5s');
    expect(scenario.replicas('podinfo-primary')).toBe(2);
  });
});
