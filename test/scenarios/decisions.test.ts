import { describe, expect, it } from 'vitest';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import { deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { annotateDecision, decideAs, waitingApproval } from '../support/scenario/decide.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const ref = { namespace: 'test', name: 'podinfo' };

/** podinfo:2 is promoted over podinfo:1. */
async function succeeded(): Promise<Scenario> {
  const scenario = await progressing();
  await scenario.reaches('Succeeded');
  await scenario.clock.advance('5s');
  return scenario;
}

async function failed(): Promise<Scenario> {
  const scenario = await progressing({ hooks: [['rollout', '/load']] });
  scenario.receiver.reply('/load', 500);
  await scenario.reaches('Failed');
  scenario.receiver.reply('/load', 200);
  return scenario;
}

const runOf = (scenario: Scenario): string => scenario.status().run?.id ?? '';

describe('a decision', () => {
  it('is taken once: neither time nor a restart nor another change repeats it', async () => {
    const scenario = await progressing();
    await decideAs(scenario, { verb: 'pause', reason: 'lunch' });
    await scenario.restart();
    scenario.edit(() => ({ progressDeadlineSeconds: 500 }));
    await scenario.clock.advance('30s');
    expect(scenario.status().decisions).toHaveLength(1);
  });

  it('that is removed reverts nothing, and one that comes back is about its run only', async () => {
    const scenario = await progressing();
    await decideAs(scenario, { verb: 'abort', for: runOf(scenario), reason: 'wrong image' });
    await scenario.reaches('Failed');
    const object = scenario.store.get(canaries, ref);
    if (object === undefined) throw new Error('no canary');
    scenario.store.update(canaries, { ...object, metadata: { ...object.metadata, annotations: {} } });
    await scenario.clock.advance('10s');
    expect(scenario.status().phase).toBe('Failed');
    const first = scenario.status().decisions?.[0];
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 25);
    const again = {
      verb: 'abort',
      reason: 'wrong image',
      ...(first?.run === undefined ? {} : { for: first.run }),
    };
    annotateDecision(scenario, again);
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it.each([
    ['that is none', { verb: 'explode' }, /no decision: write one of approve, reject/],
    ['about another run', { verb: 'pause', for: '0123456789' }, /the current run is/],
    ['about too short an id', { verb: 'pause', for: '0' }, /the current run is/],
    ['to abort another run', { verb: 'abort', for: '0123456789' }, /the run it was meant for is over/],
    ['to resume what runs', { verb: 'resume' }, /is not paused/],
    ['to undo what is on', { verb: 'undo' }, /only a run that succeeded/],
    ['to retry what is on', { verb: 'retry' }, /only a failed run/],
    ['to start what nothing holds', { verb: 'start', reason: 'x' }, /no run waits to start/],
    ['to promote without a reason', { verb: 'promote' }, /needs a reason/],
    [
      'of an approval that nobody asked for',
      { verb: 'approve', for: 'g-0123456789' },
      /no approval g-0123456789/,
    ],
    ['of no approval', { verb: 'approve' }, /name the approval/],
    ['to pause until no time', { verb: 'pause', until: 'soon' }, /"soon" is no time/],
    ['to pause until yesterday', { verb: 'pause', until: '2001-01-01T00:00:00Z' }, /over already/],
  ])('%s is refused, recorded and announced; the run goes on', async (_title, wanted, why) => {
    const scenario = await progressing();
    const answer = await decideAs(scenario, wanted);
    expect(answer).toMatchObject({ result: 'refused', by: 'alice' });
    expect(answer.message).toMatch(why);
    expect(scenario.events()).toContain('Warning DecisionRefused');
    await scenario.reaches('Succeeded');
  });

  it('keeps no more than ten in status, the last ones', async () => {
    const scenario = await progressing();
    for (let index = 0; index < 13; index += 1) await decideAs(scenario, { verb: `no-${index}` });
    expect(scenario.status().decisions?.map(({ verb }) => verb)).toEqual(
      Array.from({ length: 10 }, (_, index) => `no-${index + 3}`),
    );
  });
});

describe('a pause', () => {
  it('keeps the weight until it is resumed', async () => {
    const scenario = await progressing();
    await decideAs(scenario, { verb: 'pause', reason: 'lunch' });
    await scenario.clock.advance('2m');
    expect(scenario.weight()).toBe(25);
    expect(scenario.status().waiting).toMatchObject({ for: 'person', reason: 'Paused' });
    expect(scenario.status().waiting?.message).toContain('alice (claimed): lunch');
    await decideAs(scenario, { verb: 'resume' });
    await scenario.until(() => scenario.weight() === 50, 11_000);
    await scenario.reaches('Succeeded');
  });

  it('ends at its time', async () => {
    const scenario = await progressing();
    const until = new Date(scenario.clock.now() + 60_000).toISOString();
    await decideAs(scenario, { verb: 'pause', until });
    await scenario.clock.advance('50s');
    expect(scenario.weight()).toBe(25);
    await scenario.until(() => scenario.weight() === 50, 21_000);
    expect(scenario.status().paused).toBeUndefined();
  });

  it('leaves checks and rollback armed', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']] });
    await decideAs(scenario, { verb: 'pause' });
    await scenario.clock.advance('30s');
    scenario.receiver.reply('/load', 500);
    await scenario.reaches('Failed', 60_000);
    expect(scenario.weight()).toBe(0);
  });

  it('at rest lets no run start, and neither does it when a newer revision comes in mid-run', async () => {
    const scenario = await initialized();
    await decideAs(scenario, { verb: 'pause' });
    scenario.ship('podinfo:2');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Initialized');
    expect(scenario.replicas('podinfo')).toBe(0);
    await decideAs(scenario, { verb: 'resume' });
    await scenario.until(() => scenario.weight() === 25);
    await decideAs(scenario, { verb: 'pause' });
    scenario.ship('podinfo:3');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Waiting');
    expect(scenario.weight()).toBe(0);
    await decideAs(scenario, { verb: 'resume' });
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });
});

describe('an abort', () => {
  it('names who aborted', async () => {
    const scenario = await progressing();
    await decideAs(scenario, { verb: 'abort', for: runOf(scenario).slice(0, 8), reason: 'wrong image' });
    await scenario.reaches('Failed', 1_000);
    expect(scenario.status().run?.cause).toBe('aborted by alice (claimed): wrong image');
    expect(scenario.status().history?.at(-1)).toMatchObject({ result: 'failed', by: 'alice' });
  });
});

describe('a promotion by a person', () => {
  it('skips steps, checks and gates, and says so', async () => {
    const scenario = await progressing({
      hooks: [
        ['confirm-promotion', '/release', { approval: {} }],
        ['rollout', '/load'],
      ],
    });
    scenario.receiver.reply('/load', 500);
    await decideAs(scenario, { verb: 'promote', for: runOf(scenario), reason: 'INC-4412' });
    await scenario.reaches('Promoting', 2_000);
    expect(scenario.status().run?.promote).toMatchObject({ by: 'alice', reason: 'INC-4412' });
    await scenario.reaches('Succeeded');
    expect(scenario.events()).toContain('Normal AnalysisSkipped');
  });

  it('is not rolled back by the deadline of an approval that nobody needs any more', async () => {
    const approval = { deadline: '1m' };
    const scenario = await progressing({ hooks: [['confirm-promotion', '/release', { approval }]] });
    await waitingApproval(scenario);
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await decideAs(scenario, { verb: 'promote', reason: 'INC-4412' });
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe('Promoting');
    expect(scenario.status().approvals?.[0]?.state).toBe('cancelled');
    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    await scenario.reaches('Succeeded');
  });

  it('ends an approval that nobody needs any more', async () => {
    const scenario = await progressing({ hooks: [['confirm-promotion', '/release', { approval: {} }]] });
    const { id } = await waitingApproval(scenario);
    await decideAs(scenario, { verb: 'promote', reason: 'INC-4412' });
    await scenario.reaches('Succeeded');
    expect(scenario.status().approvals).toMatchObject([{ id, state: 'cancelled' }]);
  });
});

describe('a retry', () => {
  it('starts a failed revision again as another run', async () => {
    const scenario = await failed();
    const before = runOf(scenario);
    await scenario.clock.advance('30s');
    await decideAs(scenario, { verb: 'retry', for: before });
    await scenario.reaches('Succeeded');
    expect(runOf(scenario)).not.toBe(before);
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
    expect(scenario.status().history?.map(({ result }) => result)).toEqual(['failed', 'succeeded']);
  });

  it('is refused when the target moved on', async () => {
    const scenario = await failed();
    const before = runOf(scenario);
    scenario.ship('podinfo:3');
    await scenario.until(() => runOf(scenario) !== before);
    expect(await decideAs(scenario, { verb: 'retry', for: before })).toMatchObject({ result: 'refused' });
  });
});

describe('an undo', () => {
  it('puts the version before back, at once, and does not try the undone one again', async () => {
    const scenario = await succeeded();
    await decideAs(scenario, { verb: 'undo', for: runOf(scenario), reason: 'memory leak' });
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:1', 2_000);
    await scenario.reaches('Failed');
    expect(scenario.weight()).toBe(0);
    expect(scenario.status().run?.cause).toBe('undone by alice (claimed): memory leak');
    expect(scenario.status().history?.at(-1)).toMatchObject({ result: 'undone', by: 'alice' });
    await scenario.clock.advance('5m');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.replicas('podinfo')).toBe(0);
    scenario.ship('podinfo:3');
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('starts no pod of the undone revision', async () => {
    const scenario = await succeeded();
    await decideAs(scenario, { verb: 'undo' });
    await scenario.until(() => scenario.status().phase === 'Promoting');
    await scenario.until(() => scenario.replicas('podinfo') > 0 || scenario.status().phase === 'Failed');
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('can be tried again by a retry', async () => {
    const scenario = await succeeded();
    await decideAs(scenario, { verb: 'undo' });
    await scenario.reaches('Failed');
    await decideAs(scenario, { verb: 'retry' });
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:2');
  });

  it('puts the ports back, too', async () => {
    const scenario = await initialized();
    const port = (): unknown => {
      const primary = scenario.services().find(({ metadata }) => metadata.name === 'podinfo-primary');
      return asRecord(asList(asRecord(primary?.['spec'])['ports'])[0])['port'];
    };
    scenario.edit(({ service }) => ({ service: { ...service, port: 9000 } }));
    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded');
    await scenario.until(() => port() === 9000);
    await decideAs(scenario, { verb: 'undo' });
    await scenario.reaches('Failed');
    expect(port()).toBe(9898);
  });

  it('is there while a newer revision waits for its first gate, which waits anew afterwards', async () => {
    const scenario = await initialized({ hooks: [['confirm-rollout', '/release', { approval: {} }]] });
    scenario.ship('podinfo:2');
    await decideAs(scenario, { verb: 'approve', for: (await waitingApproval(scenario)).id });
    await scenario.reaches('Succeeded');
    scenario.ship('podinfo:3');
    const waiting = await waitingApproval(scenario);
    await decideAs(scenario, { verb: 'undo', reason: 'memory leak' });
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:1', 2_000);
    await scenario.until(() => scenario.status().history?.at(-1)?.result === 'undone');
    const next = await waitingApproval(scenario);
    expect(next.id).not.toBe(waiting.id);
    expect(scenario.status().phase).toBe('Waiting');
    await decideAs(scenario, { verb: 'approve', for: next.id });
    await scenario.reaches('Succeeded');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:3');
  });

  it('is there after a newer revision failed, which is not tried again', async () => {
    const scenario = await progressing({ hooks: [['rollout', '/load']] });
    await scenario.reaches('Succeeded');
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.weight() === 25);
    await decideAs(scenario, { verb: 'abort', reason: 'wrong day' });
    await scenario.reaches('Failed');
    await scenario.clock.advance('5s');
    await decideAs(scenario, { verb: 'undo' });
    await scenario.until(() => scenario.status().history?.at(-1)?.result === 'undone');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.replicas('podinfo')).toBe(0);
  });

  it('is refused once the primary runs something else', async () => {
    const scenario = await succeeded();
    const primary = scenario.deployment('podinfo-primary');
    if (primary === undefined) throw new Error('no primary');
    const annotations = { ...primary.metadata.annotations, 'sluice.dev/revision': 'v1:0000000000000000' };
    scenario.store.update(deployments, { ...primary, metadata: { ...primary.metadata, annotations } });
    await scenario.clock.advance('1s');
    expect(await decideAs(scenario, { verb: 'undo' })).toMatchObject({ result: 'refused' });
    expect(scenario.status().phase).toBe('Succeeded');
  });

  it('goes on after a crash', async () => {
    const scenario = await succeeded();
    annotateDecision(scenario, { verb: 'undo' });
    await scenario.until(() => scenario.status().phase === 'Promoting');
    scenario.kill();
    await scenario.replace();
    await scenario.reaches('Failed');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
    expect(scenario.status().decisions).toHaveLength(1);
  });
});
