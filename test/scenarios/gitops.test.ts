import { describe, expect, it } from 'vitest';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { scenarioDeployment } from '../support/scenario/objects.ts';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** Another field manager writes the size of the target. */
function scale(scenario: Scenario, replicas: number): void {
  const target = scenario.deployment('podinfo');
  if (target === undefined) throw new Error('no target');
  scenario.store.update(deployments, { ...target, spec: { ...(target['spec'] as object), replicas } });
}

const warnings = (scenario: Scenario): readonly string[] =>
  scenario.events().filter((event) => event === 'Warning TargetScaledUp');

describe('a target that a GitOps tool scales up while it rests', () => {
  it('is stopped again, each time, and that is said once', async () => {
    const scenario = await initialized();
    scenario.history.clear();
    for (let time = 0; time < 3; time += 1) {
      scale(scenario, 2);
      await scenario.until(() => scenario.replicas('podinfo') === 0);
    }
    expect(warnings(scenario)).toHaveLength(1);
    expect(scenario.messages().join()).toContain('should leave its replicas out');
    expect(scenario.history.phases).toEqual([]);
  });

  it('is no such target when a run ends: nothing is said of an own scale-down', async () => {
    const scenario = await initialized();
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('1m');
    expect(scenario.replicas('podinfo')).toBe(0);
    expect(warnings(scenario)).toEqual([]);
  });
});

describe('marks of a GitOps tool on the target', () => {
  it('are not copied to the primary, which is not in Git', async () => {
    const target = scenarioDeployment('podinfo:1');
    const annotations = {
      'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:test/podinfo',
      'kustomize.toolkit.fluxcd.io/prune': 'enabled',
      team: 'shop',
    };
    const scenario = await initialized({
      target: { ...target, metadata: { ...target.metadata, annotations } },
    });
    const copied = Object.keys(scenario.deployment('podinfo-primary')?.metadata.annotations ?? {});
    expect(copied.filter((key) => !key.startsWith('deployment.kubernetes.io/')).toSorted()).toEqual([
      'sluice.dev/revision',
      'team',
    ]);
  });

  it('that are taken from the primary start no run, and the next promotion writes them again', async () => {
    const scenario = await initialized();
    const primary = scenario.deployment('podinfo-primary');
    if (primary === undefined) throw new Error('no primary');
    scenario.history.clear();
    scenario.store.update(deployments, { ...primary, metadata: { ...primary.metadata, annotations: {} } });
    await scenario.clock.advance('1m');
    expect(scenario.history.phases).toEqual([]);
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.deployment('podinfo-primary')?.metadata.annotations?.['sluice.dev/revision']).toMatch(
      /^v1:/,
    );
  });
});
