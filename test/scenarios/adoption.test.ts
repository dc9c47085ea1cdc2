import { describe, expect, it } from 'vitest';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { withoutAbsent } from '@sluice/lib/json/merge.ts';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import { findRouter } from '@sluice/sluice/routers/index.ts';
import { routePlan } from '../support/rigs/route-plan.ts';
import { createScenario } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { scenarioCanary, scenarioDeployment } from '../support/scenario/objects.ts';

const flaggerStatus = {
  phase: 'Succeeded',
  canaryWeight: 0,
  failedChecks: 2,
  iterations: 0,
  lastAppliedSpec: '5f8fd9c8f4',
  lastPromotedSpec: '5f8fd9c8f4',
  lastTransitionTime: '2025-12-31T00:00:00Z',
};

/** The primary as Flagger leaves it: with its random id, without our annotation. */
function flaggerPrimary(image: string): readonly [ResourceType, AnyKubeObject] {
  const deployment = scenarioDeployment(image);
  const spec = deployment['spec'] as { template: { metadata: object; spec: object } };
  const labels = { app: 'podinfo-primary' };
  const template = { ...spec.template, metadata: { labels, annotations: { 'flagger-id': 'b3c1' } } };
  return [
    deployments,
    {
      ...deployment,
      metadata: { ...deployment.metadata, name: 'podinfo-primary', labels },
      spec: { ...spec, replicas: 2, selector: { matchLabels: labels }, template },
    },
  ];
}

/** The route of a run that stands at this weight. */
function routeAt(canary: number): readonly [ResourceType, AnyKubeObject] {
  const plan = routePlan(scenarioCanary({}) as unknown as Canary, canary);
  const router = findRouter('gatewayapi:v1');
  const [rendered] = router?.render(plan, () => undefined) ?? [];
  if (rendered === undefined) throw new Error('no route');
  const { ownerReferences: _, ...metadata } = rendered.object.metadata;
  return [rendered.resource, withoutAbsent({ ...rendered.object, metadata }) as AnyKubeObject];
}

const adopted = async (image: string, status: Readonly<Record<string, unknown>> = {}): Promise<Scenario> => {
  const scenario = await createScenario({
    objects: [flaggerPrimary(image)],
    status: { ...flaggerStatus, ...status },
  });
  await scenario.clock.advance('3s');
  return scenario;
};

describe('a canary that Flagger left', () => {
  it('at rest starts no run, and rolls no pod of its primary', async () => {
    const scenario = await adopted('podinfo:1');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Succeeded');
    expect(scenario.history.phases).toEqual(['Succeeded']);
    expect(scenario.deployment('podinfo-primary')?.metadata.generation).toBe(1);
  });

  it('keeps the hashes of Flagger until its target changes, so that Flagger finds nothing changed either', async () => {
    const scenario = await adopted('podinfo:1');
    const left = { lastAppliedSpec: '5f8fd9c8f4', lastPromotedSpec: '5f8fd9c8f4' };
    expect(scenario.status()).toMatchObject(left);
    expect(scenario.status().adopted?.lastAppliedSpec?.ours).toMatch(/^v1:/);
    await scenario.restart();
    await scenario.clock.advance('1m');
    expect(scenario.status()).toMatchObject(left);
    expect(scenario.events().filter((event) => event === 'Normal Adopted')).toHaveLength(1);

    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    expect(scenario.status().lastAppliedSpec).toMatch(/^v1:/);
    expect(scenario.status().lastPromotedSpec).toMatch(/^v1:/);
    expect(scenario.status().adopted).toBeUndefined();
  });

  it('keeps the hash of what was promoted through a run that fails', async () => {
    const scenario = await adopted('podinfo:1');
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.ship('podinfo:2');
    await scenario.reaches('Failed', 900_000);
    expect(scenario.status().lastAppliedSpec).toMatch(/^v1:/);
    expect(scenario.status().lastPromotedSpec).toBe('5f8fd9c8f4');
    scenario.history.clear();
    scenario.ship('podinfo:1');
    await scenario.clock.advance('1m');
    expect(scenario.history.phases).toEqual([]);
  });

  it('starts a run at the next change', async () => {
    const scenario = await adopted('podinfo:1');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
  });

  it('whose target and primary differ asks a person, and starts a run at the next change', async () => {
    const scenario = await adopted('podinfo:0');
    expect(scenario.condition('AdoptionUnclear')?.message).toContain('differ');
    expect(scenario.events()).toContain('Warning AdoptionUnclear');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:0');

    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.clock.advance('2s');
    expect(scenario.condition('AdoptionUnclear')).toBeUndefined();
  });

  it('whose target is made equal to its primary is at rest, and nothing is asked any more', async () => {
    const scenario = await adopted('podinfo:0');
    scenario.ship('podinfo:0');
    await scenario.clock.advance('5s');
    expect(scenario.condition('AdoptionUnclear')).toBeUndefined();
    expect(scenario.status().phase).toBe('Succeeded');
    expect(scenario.history.phases).toEqual([]);
  });

  it('that had failed is not tried again', async () => {
    const scenario = await adopted('podinfo:0', { phase: 'Failed' });
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:0');
  });

  it('in the middle of a run goes on with it', async () => {
    const scenario = await adopted('podinfo:0', { phase: 'Progressing', canaryWeight: 25 });
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', canaryWeight: 25 });
    expect(scenario.weight()).toBe(25);
    scenario.history.clear();
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([50, 0]);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it('waiting for its promotion goes on from the weight of its routes, and is not prepared again', async () => {
    const scenario = await createScenario({
      objects: [flaggerPrimary('podinfo:0'), routeAt(50)],
      status: { ...flaggerStatus, phase: 'WaitingPromotion', iterations: -1 },
      hooks: [
        ['pre-rollout', '/prepare'],
        ['confirm-promotion', '/promote'],
      ],
      replies: { '/promote': 403 },
    });
    await scenario.clock.advance('15s');
    expect(scenario.status()).toMatchObject({ phase: 'WaitingPromotion', canaryWeight: 50, iterations: 0 });
    expect(scenario.weight()).toBe(50);
    scenario.receiver.reply('/promote', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.receiver.calls('/prepare')).toEqual([]);
  });

  it('with session affinity keeps its callers, and gives none a cookie without a name', async () => {
    const scenario = await createScenario({
      objects: [flaggerPrimary('podinfo:0'), routeAt(25)],
      analysis: { sessionAffinity: { cookieName: 'canary', maxAge: 3600 } },
      status: {
        ...flaggerStatus,
        phase: 'Progressing',
        canaryWeight: 25,
        sessionAffinityCookie: 'canary=prKDKkDNsy',
        primarySessionAffinityCookie: '=TOaLfcSloK',
      },
    });
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(25);
    expect(JSON.stringify(scenario.route())).toContain('canary=prKDKkDNsy');
    expect(JSON.stringify(scenario.route())).not.toContain('TOaLfcSloK');
    expect(scenario.status().primarySessionAffinityCookie).toBeUndefined();
    await scenario.reaches('Succeeded');
  });

  it('waiting for its first approval does not go by the hash of the revision before', async () => {
    const scenario = await createScenario({
      objects: [flaggerPrimary('podinfo:0'), routeAt(0)],
      status: { ...flaggerStatus, phase: 'Waiting' },
      hooks: [['confirm-rollout', '/start']],
      replies: { '/start': 403 },
    });
    await scenario.clock.advance('15s');
    expect(scenario.status()).toMatchObject({ phase: 'Waiting', lastPromotedSpec: '5f8fd9c8f4' });
    expect(scenario.status().lastAppliedSpec).toMatch(/^v1:/);
    scenario.receiver.reply('/start', 200);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });
});
