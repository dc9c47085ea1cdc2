import { describe, expect, it } from 'vitest';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { forgetPrevious } from '../support/scenario/forget-previous.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

/** The value that aborts this run and no other. */
const abortValue = (run: string, reason: string): string => `${run}|${reason}`;

const ref = { namespace: 'test', name: 'podinfo' };

/** What `kubectl annotate` does; undefined takes the annotation away. */
function annotate(scenario: Scenario, value: string | undefined): void {
  const object = scenario.store.get(canaries, ref);
  if (object === undefined) throw new Error('no canary');
  const { 'sluice.dev/abort': _, ...others } = object.metadata.annotations ?? {};
  const annotations = value === undefined ? others : { ...others, 'sluice.dev/abort': value };
  scenario.store.update(canaries, { ...object, metadata: { ...object.metadata, annotations } });
}

async function expectRolledBack(scenario: Scenario): Promise<void> {
  await scenario.reaches('Failed', 1_000);
  await scenario.clock.advance('3s');
  expect(scenario.weight() ?? 0).toBe(0);
  expect(scenario.replicas('podinfo')).toBe(0);
  expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
}

describe('an abort', () => {
  it('rolls back within a second, says why in status and event, and tells how the run ended', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollout', '/slow', { timeout: '10m' }],
        ['post-rollout', '/post'],
      ],
      replies: { '/slow': 'silence' },
    });
    await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
    annotate(scenario, 'wrong image');
    await expectRolledBack(scenario);
    expect(scenario.status().run?.cause).toContain('wrong image');
    expect(scenario.status().abort).toMatchObject({ request: 'wrong image', result: 'rolled-back' });
    expect(scenario.events()).toContain('Warning Aborted');
    expect(scenario.receiver.cancelled.map((call) => call.path)).toEqual(['/slow']);
    expect(scenario.receiver.calls('/post').map((call) => call.payload['phase'])).toEqual(['Failed']);
    expect(scenario.ended).toEqual(['failure canary completed']);
  });

  it('ends a run that waits for its first approval', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 403 } });
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    annotate(scenario, 'not today');
    await expectRolledBack(scenario);
    scenario.receiver.reply('/gate', 200);
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Failed');
  });

  it('ends a run whose first gate has not answered yet', async () => {
    const scenario = await initialized({
      hooks: [['confirm-rollout', '/gate', { timeout: '10m' }]],
      replies: { '/gate': 'silence' },
    });
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.step === 'ask-confirm-rollout');
    expect(scenario.status().phase).toBe('Initialized');
    annotate(scenario, 'not this one');
    await expectRolledBack(scenario);
    expect(scenario.receiver.cancelled.map((call) => call.path)).toEqual(['/gate']);
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Failed');
    scenario.receiver.reply('/gate', 200);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
  });

  it('ends a run that waits for promotion', async () => {
    const scenario = await progressing({
      hooks: [['confirm-promotion', '/gate']],
      replies: { '/gate': 403 },
    });
    await scenario.reaches('WaitingPromotion');
    annotate(scenario, 'latency');
    await expectRolledBack(scenario);
  });

  it.each([
    ['blue/green', { analysis: { iterations: 3 } }],
    ['A/B', { analysis: { iterations: 3, match: [{ headers: { 'x-tester': { exact: 'yes' } } }] } }],
    ['mirroring', { analysis: { iterations: 3, mirror: true } }],
    ['provider kubernetes', { provider: 'kubernetes', analysis: { iterations: 3 } }],
  ] satisfies readonly (readonly [string, ScenarioOptions])[])('ends a run of %s', async (_name, options) => {
    const scenario = await progressing(options);
    annotate(scenario, '');
    await expectRolledBack(scenario);
    expect(scenario.status().run?.cause).toContain('no reason given');
  });

  it('ends a run that is suspended: it is a later word than the suspension', async () => {
    const scenario = await progressing();
    scenario.edit(() => ({ suspend: true }));
    await scenario.clock.advance('5s');
    annotate(scenario, 'out');
    await expectRolledBack(scenario);
  });

  it('rolls back a promotion that was decided and has not touched the primary', async () => {
    const scenario = await progressing();
    scenario.api.break(/PATCH .*deployments\/podinfo-primary/, 500, 1_000);
    await scenario.reaches('Promoting');
    annotate(scenario, 'too early');
    await expectRolledBack(scenario);
  });

  it('of a primary that cannot be put back and does not serve holds all traffic at the canary, and says so', async () => {
    const scenario = await progressing();
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Promoting');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    annotate(scenario, 'does not start');
    await scenario.reaches('Failed', 1_000);
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(100);
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.status().abort?.result).toBe('held');
    expect(scenario.status().run?.cause).toContain('podinfo gets all traffic');
  });

  it('gives no traffic to a revision that came during promotion and that nobody has judged', async () => {
    const scenario = await progressing();
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    scenario.kubelet.setHealthy('podinfo:3', false);
    scenario.ship('podinfo:3');
    annotate(scenario, 'all of it');
    await scenario.until(() => scenario.history.phases.includes('Failed'), 1_000);
    await scenario.clock.advance('3s');
    expect(scenario.status().abort?.result).toBe('held');
    expect(scenario.status().canaryWeight).toBe(0);
    expect(scenario.history.weights).not.toContain(100);
  });

  it('comes too late when the primary serves the new revision and cannot be put back: it says how to go back', async () => {
    const run = await initialized({ analysis: { stepWeights: [50], stepWeightPromotion: 10 } });
    forgetPrevious(run);
    run.ship('podinfo:2');
    await run.until(() => run.status().phase === 'Promoting' && run.status().canaryWeight === 40);
    annotate(run, 'late');
    await run.reaches('Succeeded');
    expect(run.status().abort).toMatchObject({ result: 'too-late' });
    expect(run.messages().join('\n')).toContain('put podinfo back to podinfod=podinfo:1');
  });

  it('is heard also when it comes while a pass writes the status', async () => {
    const scenario = await progressing({ analysis: { interval: '1m' } });
    await scenario.clock.advance('500ms');
    scenario.api.beforeWrite = (request) => {
      if (!request.startsWith('PATCH') || !request.endsWith('/canaries/podinfo/status')) return;
      scenario.api.beforeWrite = () => undefined;
      // The watch tells of it only after the write, which is done on top of it.
      scenario.api.watches.break(/canaries/, 'reset');
      annotate(scenario, 'wrong image');
    };
    await scenario.until(() => scenario.status().waiting !== undefined, 2_000);
    await expectRolledBack(scenario);
  });

  it('that is still there does not end the next run', async () => {
    const scenario = await progressing();
    annotate(scenario, 'wrong image');
    await expectRolledBack(scenario);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('that was written while nothing ran is said to do nothing, and ends no run later', async () => {
    const scenario = await initialized();
    annotate(scenario, 'too keen');
    await scenario.until(() => scenario.status().abort !== undefined);
    expect(scenario.events()).toContain('Warning NothingToAbort');
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
  });

  it('that names a run ends that one and no other', async () => {
    const scenario = await progressing();
    const first = scenario.status().run?.id ?? '';
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().run?.id !== first && scenario.weight() === 25);
    annotate(scenario, abortValue(first, 'for the run before'));
    await scenario.until(() => scenario.status().abort?.result === 'stale');
    expect(scenario.status().phase).toBe('Progressing');
    annotate(scenario, abortValue(scenario.status().run?.id ?? '', 'for this one'));
    await expectRolledBack(scenario);
  });

  it('is forgotten once the annotation is taken away, so that the same words count again', async () => {
    const scenario = await progressing();
    annotate(scenario, 'stop');
    await expectRolledBack(scenario);
    annotate(scenario, undefined);
    await scenario.until(() => scenario.status().abort === undefined);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 25);
    annotate(scenario, 'stop');
    await expectRolledBack(scenario);
  });

  it('is obeyed once by whoever leads: a crash in the middle neither loses nor repeats it', async () => {
    const scenario = await progressing({ hooks: [['post-rollout', '/post']] });
    scenario.api.onWrite = () => {
      scenario.api.onWrite = () => undefined;
      scenario.kill();
      setImmediate(() => void scenario.replace());
    };
    annotate(scenario, 'now');
    await scenario.reaches('Failed', 30_000);
    await scenario.clock.advance('10s');
    expect(scenario.weight()).toBe(0);
    expect(scenario.replicas('podinfo')).toBe(0);
    const ids = scenario.receiver.calls('/post').map((call) => call.payload['deliveryId']);
    expect(new Set(ids).size).toBe(1);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
  });

  it('of a canary that is being initialized does nothing: nobody is served by another revision', async () => {
    const scenario = await createScenario();
    annotate(scenario, 'no');
    await scenario.reaches('Initialized');
    await scenario.until(() => scenario.status().abort?.result === 'nothing-to-abort');
  });
});

describe('a rollback hook', () => {
  const options = {
    hooks: [['rollback', '/switch', { pollInterval: '1s' }]],
    replies: { '/switch': 403 },
  } as const;

  it('rolls back a promotion that has not touched the primary yet', async () => {
    const scenario = await progressing(options);
    scenario.api.break(/PATCH .*deployments\/podinfo-primary/, 500, 1_000);
    await scenario.reaches('Promoting');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(0);
    expect(scenario.receiver.calls('/switch').at(-1)?.payload['phase']).toBe('Promoting');
  });

  it('holds the traffic at the canary when the primary cannot be put back and does not serve', async () => {
    const scenario = await progressing(options);
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(100);
    expect(scenario.replicas('podinfo')).toBe(2);
  });
});
