import { describe, expect, it } from 'vitest';
import { forgetPrevious } from '../support/scenario/forget-previous.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';

describe('a run is rolled back', () => {
  it('at the threshold, at once and not an interval later', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']], analysis: { threshold: 2 } });
    scenario.receiver.reply('/load', 500);
    await scenario.until(() => scenario.status().failedChecks === 1);
    await scenario.until(() => scenario.receiver.calls('/load').length === 2);
    await scenario.reaches('Failed', 200);

    await scenario.until(() => scenario.replicas('podinfo') === 0);
    expect(scenario.history.weights).toEqual([25, 0]);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.ended).toEqual(['failure canary completed']);
  });

  it('with the cause in status and in the condition', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']], analysis: { threshold: 1 } });
    scenario.receiver.reply('/load', { status: 500, text: 'error rate 40 %' });
    await scenario.reaches('Failed');
    expect(scenario.status().run?.cause).toContain('error rate 40 %');
    expect(scenario.condition('Promoted')).toMatchObject({ status: 'False', reason: 'Failed' });
    expect(scenario.condition('Promoted')?.message).toContain('error rate 40 %');
  });

  it('by a rollback hook while a slow rollout hook is being asked', async () => {
    const scenario = await progressing({
      hooks: [
        ['rollout', '/slow', { timeout: '10m' }],
        ['rollback', '/switch', { pollInterval: '2s' }],
      ],
      replies: { '/switch': 403 },
    });
    scenario.receiver.reply('/slow', 'silence');
    await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
    expect(scenario.receiver.cancelled.map((call) => call.path)).toEqual(['/slow']);
  });

  it('by a rollback hook that is asked once more before traffic grows, however rarely it is polled', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/switch', { pollInterval: '7s' }]],
      replies: { '/switch': 403 },
    });
    await scenario.clock.advance('8s');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
    expect(scenario.history.weights).not.toContain(50);
  });

  it('by a rollback hook that is asked once more before promotion', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/switch', { pollInterval: '9m' }]],
      replies: { '/switch': 403 },
      analysis: { iterations: 1 },
    });
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed');
    expect(scenario.history.phases).not.toContain('Promoting');
  });

  it('not by a rollback hook that does not answer: the step is taken once its time is up', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/switch', { timeout: '5s' }]],
      replies: { '/switch': 'silence' },
    });
    await scenario.reaches('Succeeded');
    expect(scenario.events()).toContain('Warning RollbackHookUnanswered');
  });

  it('by a rollback hook while it waits for its first approval', async () => {
    const scenario = await initialized({
      hooks: [
        ['confirm-rollout', '/gate'],
        ['rollback', '/switch', { pollInterval: '1s' }],
      ],
    });
    scenario.receiver.reply('/gate', 403);
    scenario.receiver.reply('/switch', 403);
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
  });

  it('by a rollback hook while it waits for promotion', async () => {
    const scenario = await progressing({
      hooks: [
        ['confirm-promotion', '/gate'],
        ['rollback', '/switch', { pollInterval: '1s' }],
      ],
      replies: { '/gate': 403, '/switch': 403 },
    });
    await scenario.reaches('WaitingPromotion');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
    expect(scenario.receiver.calls('/switch').at(-1)?.payload['phase']).toBe('WaitingPromotion');
  });

  it('by a rollback hook while the canary does not start', async () => {
    const scenario = await initialized({ hooks: [['rollback', '/switch', { pollInterval: '1s' }]] });
    scenario.receiver.reply('/switch', 403);
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.status().waiting?.step === 'wait-canary-ready');
    scenario.receiver.reply('/switch', 200);
    await scenario.reaches('Failed', 3_000);
  });

  it('when the canary is not ready within the progress deadline', async () => {
    const scenario = await initialized({ spec: { progressDeadlineSeconds: 60 } });
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.ship('podinfo:2');
    await scenario.clock.advance('58s');
    expect(scenario.status().phase).toBe('Progressing');
    await scenario.reaches('Failed', 5_000);
    expect(scenario.events()).toContain('Warning ProgressDeadlineExceeded');
  });

  it('when Kubernetes itself gives up on the canary', async () => {
    const scenario = await progressing({ spec: { progressDeadlineSeconds: 3600 } });
    scenario.kubelet.setHealthy('podinfo:3', false);
    scenario.ship('podinfo:3');
    await scenario.reaches('Failed', 700_000);
    expect(scenario.status().run?.cause).toMatch(/did not become ready/);
  });

  it('and not retried until the target changes', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']], analysis: { threshold: 1 } });
    scenario.receiver.reply('/load', 500);
    await scenario.reaches('Failed');
    scenario.receiver.reply('/load', 200);
    await scenario.clock.advance('10m');
    expect(scenario.status().phase).toBe('Failed');

    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
  });

  it('without a warning about the order in which traffic and pods go', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']], analysis: { threshold: 1 } });
    scenario.receiver.reply('/load', 500);
    await scenario.reaches('Failed');
    await scenario.clock.advance('5s');
    const warnings = scenario.events().filter((event) => event.startsWith('Warning'));
    expect(warnings.toSorted()).toEqual(['Warning CheckFailed', 'Warning RolledBack']);
  });
});

describe('a failed promotion whose primary cannot be put back', () => {
  const options = { spec: { progressDeadlineSeconds: 30 } } as const;
  const breakPrimary = async (): Promise<Awaited<ReturnType<typeof progressing>>> => {
    const scenario = await progressing(options);
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    scenario.kubelet.setHealthy('podinfo:3', false, 'podinfo-primary');
    await scenario.reaches('Failed');
    return scenario;
  };

  it('leaves all traffic at the canary, which is the healthy copy', async () => {
    const scenario = await breakPrimary();
    await scenario.clock.advance('1m');
    expect(scenario.weight()).toBe(100);
    expect(scenario.replicas('podinfo')).toBe(2);
    expect(scenario.status().canaryWeight).toBe(100);
    expect(scenario.events()).toContain('Warning PromotionFailed');
  });

  it('is no outage when the next revision comes: traffic stays where it is served', async () => {
    const scenario = await breakPrimary();
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.history.phases.includes('Progressing'));
    await scenario.clock.advance('3s');
    expect(scenario.weight()).toBe(100);
    expect(scenario.history.weights).toEqual([]);
  });

  it('is cured by the next revision, judged under the traffic it has', async () => {
    const scenario = await breakPrimary();
    scenario.kubelet.setHealthy('podinfo:3', true, 'podinfo-primary');
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.history.weights).toEqual([0]);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('is cured by the last promoted revision, too', async () => {
    const scenario = await breakPrimary();
    scenario.ship('podinfo:1');
    await scenario.until(() => scenario.history.phases.includes('Progressing'));
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.weight()).toBe(0);
  });

  it('keeps the canary when the next revision fails as well', async () => {
    const scenario = await breakPrimary();
    scenario.edit((spec) => ({
      analysis: { ...spec.analysis, threshold: 1, webhooks: [{ name: 'load', url: 'http://receiver/load' }] },
    }));
    scenario.receiver.reply('/load', 500);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.history.phases.includes('Progressing'));
    await scenario.reaches('Failed');
    await scenario.clock.advance('1m');
    expect(scenario.weight()).toBe(100);
    expect(scenario.replicas('podinfo')).toBe(2);
  });

  it('of A/B sends everybody to the canary', async () => {
    const match = [{ headers: { 'x-tester': { exact: 'yes' } } }];
    const scenario = await progressing({ ...options, analysis: { iterations: 1, match } });
    forgetPrevious(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.reaches('Failed');
    await scenario.clock.advance('5s');
    expect(scenario.weight()).toBe(100);
  });
});
