import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { deployments, horizontalPodAutoscalers, httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { asNumber, asRecord } from '@sluice/lib/json/json-read.ts';
import { forgetPrevious } from '../support/scenario/forget-previous.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { everybodysShare, scenarioHpa } from '../support/scenario/objects.ts';

const at = (name: string) => ({ namespace: 'test', name });
const stepwise = { analysis: { stepWeights: [90], stepWeightPromotion: 30 } } as const;

async function goingBack(scenario: Scenario): Promise<void> {
  scenario.ship('podinfo:2');
  await scenario.until(() => scenario.weight() === 60);
}

const availableOf = (deployment: AnyKubeObject | undefined): number | undefined =>
  asNumber(asRecord(deployment?.['status'])['availableReplicas']);

/** What the autoscaler of the target does. */
function resize(scenario: Scenario, replicas: number): void {
  const target = scenario.deployment('podinfo');
  if (target === undefined) throw new Error('no target');
  scenario.store.update(deployments, { ...target, spec: { ...asRecord(target['spec']), replicas } });
}

describe('traffic that goes back in steps', () => {
  it('stays at each step for an interval', async () => {
    const scenario = await initialized(stepwise);
    await goingBack(scenario);
    await scenario.clock.advance('9s');
    expect(scenario.weight()).toBe(60);
    await scenario.clock.advance('2s');
    expect(scenario.weight()).toBe(30);
  });

  it('goes no further while no gateway follows, and is given up at the progress deadline', async () => {
    const scenario = await initialized({ ...stepwise, spec: { progressDeadlineSeconds: 60 } });
    await goingBack(scenario);
    scenario.dataPlane.refuse('Pending');
    await scenario.clock.advance('45s');
    expect(scenario.status()).toMatchObject({ phase: 'Promoting', canaryWeight: 60 });
    await scenario.reaches('Failed', 30_000);
    expect(scenario.status().run?.cause).toContain('did not come back in time');
  });
});

describe('a promotion', () => {
  it('gives the primary all traffic when it has grown to what that needs, not before', async () => {
    const sizes: (number | undefined)[] = [];
    const scenario = await initialized({
      objects: [[horizontalPodAutoscalers, scenarioHpa()]],
      spec: {
        autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
      },
      observe:
        (store) =>
        ({ resource, before, after }) => {
          if (resource.plural !== httpRoutes.plural || everybodysShare(before) !== 50) return;
          if (everybodysShare(after) !== 0) return;
          sizes.push(availableOf(store.get(deployments, at('podinfo-primary'))));
        },
    });
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.weight() === 50);
    resize(scenario, 4);
    await scenario.until(() => scenario.replicas('podinfo-primary') === 8);
    // Nobody is there while it becomes ready for what stood there, and more stands there then.
    scenario.kill();
    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    resize(scenario, 5);
    await scenario.clock.advance('1s');
    await scenario.replace();
    await scenario.reaches('Succeeded');
    expect(sizes).toEqual([10]);
  });

  it('ends when Kubernetes itself gives up on the primary', async () => {
    const scenario = await progressing({ spec: { progressDeadlineSeconds: 3600 } });
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Failed', 700_000);
    expect(scenario.weight()).toBe(0);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it('is no success before its routes are followed, also when its target is gone by then', async () => {
    const scenario = await progressing();
    await scenario.reaches('Promoting');
    scenario.dataPlane.refuse('Pending');
    await scenario.reaches('Finalising');
    scenario.store.delete(deployments, at('podinfo'));
    await scenario.clock.advance('20s');
    expect(scenario.status()).toMatchObject({ phase: 'Finalising', waiting: { for: 'routes' } });
    scenario.dataPlane.refuse(undefined);
    await scenario.reaches('Succeeded', 2_000);
  });

  it('that failed leaves the next revision no share, once its primary serves after all', async () => {
    const scenario = await progressing({ spec: { progressDeadlineSeconds: 30 } });
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Failed');
    expect(scenario.weight()).toBe(100);
    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    await scenario.clock.advance('1s');
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([0, 25, 50, 0]);
  });
});

describe('each round of checks', () => {
  it('asks under an id of its own', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']] });
    await scenario.reaches('Succeeded');
    const ids = scenario.receiver.calls('/load').map(({ payload }) => payload['deliveryId']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a rollback hook that says yes', () => {
  it('once the primary serves the new revision and cannot be put back, is heard no more', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/switch', { pollInterval: '1s' }]],
      replies: { '/switch': 403 },
    });
    forgetPrevious(scenario);
    await scenario.reaches('Promoting');
    scenario.dataPlane.refuse('Pending');
    await scenario.reaches('Finalising');
    scenario.receiver.reply('/switch', 200);
    await scenario.clock.advance('20s');
    expect(scenario.status().phase).toBe('Finalising');
    scenario.dataPlane.refuse(undefined);
    await scenario.reaches('Succeeded');
  });
});

describe('success', () => {
  it('is not told while the canary still runs because its primary fell at the last moment', async () => {
    const scenario = await initialized({ provider: 'kubernetes', analysis: { iterations: 1 } });
    // Of the two writes that size the target, the second is refused once: time enough for a primary to fall.
    scenario.api.break(/PATCH .*deployments\/podinfo$/, 500, 1, 1);
    scenario.store.subscribe(canaries, () => {
      if (scenario.status().phase === 'Finalising')
        scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.history.phases.includes('Finalising'));
    await scenario.clock.advance('30s');
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.status().phase).toBe('Finalising');
  });

  it('is remembered: a primary that is deleted later is built again from what was promoted', async () => {
    const scenario = await progressing();
    await scenario.reaches('Succeeded');
    scenario.store.delete(deployments, at('podinfo-primary'));
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2', 5_000);
  });
});

describe('a round with several metrics', () => {
  it('is judged when all of them have answered, not by those that were quick', async () => {
    const scenario = await progressing({
      analysis: {
        metrics: [
          { name: 'request-success-rate', thresholdRange: { min: 99 } },
          { name: 'slow', query: 'slow_query', thresholdRange: { max: 500 } },
        ],
      },
    });
    const { http } = scenario.receiver;
    const send = http.send.bind(http);
    const answered = Promise.withResolvers<void>();
    const late: typeof send = async (request, signal) => {
      if (request.url.includes('slow_query')) await answered.promise;
      return send(request, signal);
    };
    Object.assign(http, { send: late });
    await scenario.clock.advance('14s');
    expect(scenario.weight()).toBe(25);
    answered.resolve();
    await scenario.until(() => scenario.weight() === 50, 1_000);
  });
});

describe('the end of a run whose traffic has not come back', () => {
  it('is told when the next run begins, whose routes are its own affair', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollback', '/switch', { pollInterval: '1s' }],
        ['post-rollout', '/post'],
      ],
      replies: { '/switch': 403 },
    });
    scenario.dataPlane.refuse('Pending');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    await scenario.clock.advance('2s');
    expect(scenario.receiver.calls('/post')).toHaveLength(0);
    scenario.receiver.reply('/switch', 403);
    scenario.ship('podinfo:3');
    await scenario.reaches('Progressing');
    await scenario.clock.advance('2s');
    expect(scenario.receiver.calls('/post')).toHaveLength(1);
  });
});
