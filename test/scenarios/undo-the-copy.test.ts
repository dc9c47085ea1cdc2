import { describe, expect, it } from 'vitest';
import { configMaps, controllerRevisions, deployments, secrets } from '@sluice/kube/objects/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { scenarioDaemonSet } from '../support/scenario/objects.ts';
import { changeConfig, configMap, copyOf, reading, secret } from '../support/scenario/configs.ts';
import { initialized } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { annotateAbort, placeNamed, standingAt } from '../support/scenario/places.ts';

const stepwise = { analysis: { stepWeights: [90], stepWeightPromotion: 30 } } as const;

/** The old version has all traffic, at the primary; nothing of the new one is left. */
async function expectBack(scenario: Scenario, withinMs = 60_000): Promise<void> {
  await scenario.reaches('Failed', withinMs);
  await scenario.until(() => scenario.replicas('podinfo') === 0, withinMs);
  expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  expect(scenario.weight()).toBe(0);
  expect(scenario.condition('Promoted')).toMatchObject({ status: 'False', reason: 'Failed' });
}

/** A run whose primary serves the new version, the traffic on its way back to it. */
async function goingBack(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await initialized({ ...stepwise, ...options });
  await scenario.clock.advance('2s');
  scenario.ship('podinfo:2');
  await scenario.until(() => scenario.weight() === 60);
  expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  return scenario;
}

describe('an abort after the copy', () => {
  it('puts the old version back although the primary serves the new one already', async () => {
    const scenario = await goingBack({ hooks: [['post-rollout', '/post']] });
    annotateAbort(scenario, 'errors');
    await expectBack(scenario);
    expect(scenario.status().abort).toMatchObject({ result: 'rolled-back' });
    expect(scenario.status().run?.cause).toContain('errors');
    expect(scenario.receiver.calls('/post').map(({ payload }) => payload['phase'])).toEqual(['Failed']);
    expect(scenario.ended).toEqual(['failure canary completed']);
  });

  it('gives the version that is stopped no more traffic than it has, while the old one still serves', async () => {
    const scenario = await standingAt(placeNamed('returning'));
    const before = scenario.weight() ?? 0;
    scenario.history.clear();
    annotateAbort(scenario, 'does not start');
    await expectBack(scenario);
    expect(Math.max(0, ...scenario.history.weights)).toBeLessThanOrEqual(before);
  });

  it('leaves the traffic at the only side that serves until the old version does again', async () => {
    const scenario = await standingAt(placeNamed('returning'));
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    await scenario.until(() => scenario.weight() === 100);
    annotateAbort(scenario, 'does not start');
    await scenario.clock.advance('20s');
    expect(scenario.weight()).toBe(100);
    expect(scenario.replicas('podinfo')).toBe(2);
    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    await expectBack(scenario);
  });

  it('scales up a primary that somebody scales to zero while it is put back', async () => {
    const scenario = await goingBack();
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    annotateAbort(scenario, 'errors');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:1');
    const primary = scenario.deployment('podinfo-primary');
    if (primary === undefined) throw new Error('there is no primary');
    scenario.store.update(deployments, { ...primary, spec: { ...asRecord(primary['spec']), replicas: 0 } });
    scenario.kubelet.setHealthy('podinfo:1', true, 'podinfo-primary');
    await expectBack(scenario);
    expect(scenario.replicas('podinfo-primary')).toBe(2);
    expect(scenario.events()).not.toContain('Warning UndoIncomplete');
  });

  it('puts back what a primary of a DaemonSet ran', async () => {
    const scenario = await goingBack({
      target: scenarioDaemonSet('podinfo:1'),
      spec: { targetRef: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' } },
    });
    annotateAbort(scenario, 'errors');
    await scenario.reaches('Failed', 60_000);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.weight()).toBe(0);
  });

  it('puts the configuration back that the old version read', async () => {
    const scenario = await goingBack({
      target: reading('envFrom configMap', 'volume secret'),
      objects: [
        [configMaps, configMap('settings', { color: 'blue' })],
        [secrets, secret('key', { token: 'b25l' })],
      ],
    });
    annotateAbort(scenario, 'before anything changed');
    await expectBack(scenario);

    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    changeConfig(scenario, secrets, 'key', { token: 'dHdv' });
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:3');
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'red' });
    annotateAbort(scenario, 'errors');
    await expectBack(scenario);
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
    expect(copyOf(scenario, secrets, 'key')?.['data']).toEqual({ token: 'b25l' });
  });

  it('puts the old version back whatever the target has become meanwhile', async () => {
    const scenario = await standingAt(placeNamed('returning'));
    scenario.kubelet.setHealthy('podinfo:3', false);
    scenario.ship('podinfo:3');
    annotateAbort(scenario, 'all of it');
    await scenario.until(() => scenario.history.phases.includes('Failed'), 60_000);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    await scenario.clock.advance('5s');
    expect(scenario.history.weights).not.toContain(100);
  });

  it('is carried on by the next process, wherever the first one dies', async () => {
    const scenario = await goingBack();
    annotateAbort(scenario, 'errors');
    let writes = 0;
    scenario.api.onWrite = () => {
      writes += 1;
      if (writes > 4) return;
      scenario.kill();
      setImmediate(() => void scenario.replace());
    };
    await expectBack(scenario, 300_000);
    expect(writes).toBeGreaterThan(2);
  });

  it('lets the next revision through afterwards', async () => {
    const scenario = await goingBack();
    annotateAbort(scenario, 'errors');
    await expectBack(scenario);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('in the middle of the copy puts the configuration back that was copied already', async () => {
    const scenario = await initialized({
      ...stepwise,
      target: reading('envFrom configMap'),
      objects: [[configMaps, configMap('settings', { color: 'blue' })]],
    });
    await scenario.clock.advance('2s');
    changeConfig(scenario, configMaps, 'settings', { color: 'red' });
    scenario.api.break(/^PATCH .*deployments\/podinfo-primary$/, 500, Number.POSITIVE_INFINITY);
    await scenario.until(() => JSON.stringify(copyOf(scenario, configMaps, 'settings')).includes('red'));
    annotateAbort(scenario, 'errors');
    await scenario.reaches('Failed', 60_000);
    scenario.api.heal();
    expect(copyOf(scenario, configMaps, 'settings')?.['data']).toEqual({ color: 'blue' });
  });

  it('ends at the deadline when the old version does not come up', async () => {
    const scenario = await goingBack({ ...stepwise, spec: { progressDeadlineSeconds: 60 } });
    scenario.kubelet.setHealthy('podinfo:1', false, 'podinfo-primary');
    annotateAbort(scenario, 'errors');
    await scenario.clock.advance('50s');
    expect(scenario.status().phase).toBe('Promoting');
    await scenario.reaches('Failed', 60_000);
    expect(scenario.events()).toContain('Warning UndoIncomplete');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it('is no end before the gateway follows', async () => {
    const scenario = await goingBack();
    scenario.dataPlane.refuse('Pending');
    annotateAbort(scenario, 'errors');
    await scenario.clock.advance('30s');
    expect(scenario.status()).toMatchObject({ phase: 'Promoting', waiting: { for: 'routes' } });
    scenario.dataPlane.refuse(undefined);
    await expectBack(scenario);
  });

  it('in Finalising puts the old version back, too', async () => {
    const scenario = await standingAt(placeNamed('finalising'));
    annotateAbort(scenario, 'errors');
    await scenario.clock.advance('2s');
    scenario.dataPlane.refuse(undefined);
    await expectBack(scenario);
  });

  it('in Finalising is too late once somebody deleted the primary, and says that it does not exist', async () => {
    const scenario = await standingAt(placeNamed('finalising'));
    scenario.api.break(/^POST .*deployments$/, 403, Number.POSITIVE_INFINITY);
    scenario.store.delete(deployments, { namespace: 'test', name: 'podinfo-primary' });
    annotateAbort(scenario, 'errors');
    await scenario.until(() => scenario.status().abort !== undefined, 3_000);
    expect(scenario.status().abort).toMatchObject({
      result: 'too-late',
      message: expect.stringContaining('podinfo:2, is promoted already, and podinfo-primary does not exist'),
    });
  });
});

describe('a rollback hook that says yes after the copy', () => {
  it('is obeyed by putting the old version back', async () => {
    const scenario = await goingBack({
      hooks: [['rollback', '/switch', { pollInterval: '1s' }]],
      replies: { '/switch': 403 },
    });
    scenario.receiver.reply('/switch', 200);
    await expectBack(scenario);
    expect(scenario.events()).toContain('Warning RollbackAsked');
  });
});

describe('a primary that does not become ready after the copy', () => {
  it('is put back to the old version at the progress deadline', async () => {
    const scenario = await standingAt(placeNamed('returning'), { spec: { progressDeadlineSeconds: 60 } });
    await expectBack(scenario, 180_000);
    expect(scenario.status().run?.cause).toContain('podinfo-primary');
  });
});

describe('what the primary ran before', () => {
  it('is kept as a ControllerRevision that the Canary owns, one at a time', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    for (const image of ['podinfo:2', 'podinfo:3', 'podinfo:4']) {
      scenario.ship(image);
      await scenario.until(() => scenario.history.phases.at(-1) === 'Succeeded');
    }
    const kept = scenario.store.list(controllerRevisions, { namespace: 'test' });
    expect(kept).toHaveLength(1);
    expect(kept[0]?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Canary', name: 'podinfo' });
    expect(JSON.stringify(kept[0]?.['data'])).toContain('podinfo:3');
  });
});

describe('an abort after the end', () => {
  it('changes nothing, and names the images to put back', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    annotateAbort(scenario, 'too late');
    await scenario.until(() => scenario.status().abort !== undefined, 5_000);
    expect(scenario.status().abort).toMatchObject({ result: 'nothing-to-abort' });
    expect(scenario.status().abort?.message).toContain('podinfod=podinfo:1');
    expect(scenario.status().phase).toBe('Succeeded');
  });
});
