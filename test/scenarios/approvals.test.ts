import { describe, expect, it } from 'vitest';
import type { DecisionPolicy } from '@sluice/sluice/ports/decision-policy.ts';
import { annotateDecision, decideAs, waitingApproval } from '../support/scenario/decide.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';

/** A policy as the API server would enforce it; tests change it as they go. */
const enforced: DecisionPolicy = { isExpected: true, isEnforced: () => Promise.resolve(true) };

const approval = (type: string, spec: Readonly<Record<string, unknown>> = {}) =>
  [type, '/release', { approval: spec }] as const;

const promotion = (
  spec: Readonly<Record<string, unknown>> = {},
  more: ScenarioOptions = {},
): Promise<Scenario> => progressing({ hooks: [approval('confirm-promotion', spec)], ...more });

describe('an approval', () => {
  it('of confirm-promotion waits for a person, and promotes within a second of the answer', async () => {
    const scenario = await promotion();
    await scenario.reaches('WaitingPromotion');
    const { id } = await waitingApproval(scenario);
    await scenario.until(() => scenario.status().waiting?.reason === 'ApprovalNeeded');
    expect(scenario.status().waiting).toMatchObject({ for: 'person', name: 'release' });
    expect(scenario.status().waiting?.message).toContain(id);
    annotateDecision(scenario, { verb: 'approve', for: id, reason: 'SRE ok' });
    await scenario.reaches('Promoting', 1_000);
    expect(scenario.status().decisions?.at(-1)).toMatchObject({
      verb: 'approve',
      for: id,
      hook: 'release',
      by: 'alice',
      verified: false,
      via: 'kubectl',
      reason: 'SRE ok',
      run: scenario.status().run?.id,
      result: 'done',
    });
    await scenario.reaches('Succeeded');
    expect(scenario.status().history?.at(-1)).toMatchObject({ result: 'succeeded' });
    expect(scenario.receiver.received).toEqual([]);
  });

  it('of confirm-rollout keeps the canary down until it is given', async () => {
    const scenario = await initialized({ hooks: [approval('confirm-rollout')] });
    scenario.ship('podinfo:2');
    const { id } = await waitingApproval(scenario);
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe('Waiting');
    expect(scenario.replicas('podinfo')).toBe(0);
    await decideAs(scenario, { verb: 'approve', for: id });
    await scenario.reaches('Succeeded');
  });

  it('of confirm-traffic-increase is needed for each step anew', async () => {
    const scenario = await initialized({ hooks: [approval('confirm-traffic-increase')] });
    scenario.ship('podinfo:2');
    const first = await waitingApproval(scenario);
    await decideAs(scenario, { verb: 'approve', for: first.id });
    await scenario.until(() => scenario.weight() === 25);
    const second = await waitingApproval(scenario);
    expect(second.id).not.toBe(first.id);
    await scenario.clock.advance('1m');
    expect(scenario.weight()).toBe(25);
    expect(await decideAs(scenario, { verb: 'approve', for: first.id, reason: 'once more' })).toMatchObject({
      result: 'refused',
    });
    expect(scenario.weight()).toBe(25);
    await decideAs(scenario, { verb: 'approve', for: second.id });
    await scenario.until(() => scenario.weight() === 50);
  });

  it('of rollback is a switch: given, it rolls back at once; not given, nobody waits', async () => {
    const scenario = await progressing({ hooks: [approval('rollback')] });
    const { id } = scenario.status().approvals?.[0] ?? { id: '' };
    await decideAs(scenario, { verb: 'approve', for: id, reason: 'errors' });
    await scenario.reaches('Failed', 1_000);
    expect(scenario.weight()).toBe(0);
    const other = await progressing({ hooks: [approval('rollback')] });
    await other.reaches('Succeeded');
  });

  it('that is refused rolls back, and the revision is not tried again', async () => {
    const scenario = await promotion();
    const { id } = await waitingApproval(scenario);
    expect(await decideAs(scenario, { verb: 'reject', for: id })).toMatchObject({ result: 'refused' });
    await decideAs(scenario, { verb: 'reject', for: id, reason: 'p99 is up' });
    await scenario.reaches('Failed', 1_000);
    expect(scenario.status().run?.cause).toContain('p99 is up');
    expect(scenario.events()).toContain('Warning Rejected');
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it('of a run that a newer revision replaced is worth nothing', async () => {
    const scenario = await promotion();
    const old = await waitingApproval(scenario);
    scenario.ship('podinfo:3');
    await scenario.until(() => scenario.status().run?.id !== old.run);
    expect(await decideAs(scenario, { verb: 'approve', for: old.id })).toMatchObject({ result: 'refused' });
    const next = await waitingApproval(scenario);
    expect(next.id).not.toBe(old.id);
    await scenario.clock.advance('1m');
    expect(scenario.image('podinfo-primary')).toBe('podinfo:1');
  });

  it('needs as many users as its quorum says, each counted once', async () => {
    const scenario = await promotion({ quorum: 2 });
    const { id } = await waitingApproval(scenario);
    await decideAs(scenario, { verb: 'approve', for: id });
    await decideAs(scenario, { verb: 'approve', for: id, reason: 'really' });
    await scenario.clock.advance('30s');
    expect(scenario.status().phase).toBe('WaitingPromotion');
    await decideAs(scenario, { verb: 'approve', for: id, by: 'bob' });
    await scenario.reaches('Promoting', 1_000);
  });

  it('is counted once when the controller restarts between the answer and its effect', async () => {
    const scenario = await promotion({ quorum: 2 });
    const { id } = await waitingApproval(scenario);
    await decideAs(scenario, { verb: 'approve', for: id });
    scenario.kill();
    await scenario.replace();
    await scenario.clock.advance('30s');
    expect(scenario.status().decisions).toHaveLength(1);
    expect(scenario.status().phase).toBe('WaitingPromotion');
  });
});

describe('who may approve', () => {
  const sre = { approvers: { users: ['bob'], groups: ['sre'] } };

  it.each([
    ['an approver by name', { by: 'bob' }, 'done'],
    ['an approver by group', { by: 'carol', groups: ['dev', 'sre'] }, 'done'],
    ['somebody else', { by: 'mallory', groups: ['dev'] }, 'refused'],
    ['nobody', { by: '' }, 'refused'],
  ])('is decided by what the approval says: %s, %o: %s', async (_title, who, result) => {
    const scenario = await promotion(sre, { decisionPolicy: enforced });
    const { id } = await waitingApproval(scenario);
    expect(await decideAs(scenario, { verb: 'approve', for: id, ...who })).toMatchObject({ result });
  });

  it('a claimed name is no approver, unless the approval allows it', async () => {
    const strict = await promotion(sre);
    const first = await waitingApproval(strict);
    const answer = await decideAs(strict, { verb: 'approve', for: first.id, by: 'bob' });
    expect(answer).toMatchObject({ result: 'refused', verified: false });
    expect(answer.message).toContain('not verified');
    const lenient = await promotion({ ...sre, allowClaimedNames: true });
    const second = await waitingApproval(lenient);
    expect(await decideAs(lenient, { verb: 'approve', for: second.id, by: 'bob' })).toMatchObject({
      result: 'done',
      verified: false,
    });
  });

  it('a policy that cannot be read is read again, and the decision waits for it', async () => {
    let reads = 0;
    const flaky: DecisionPolicy = {
      isExpected: true,
      isEnforced: () => (++reads < 3 ? Promise.reject(new Error('503')) : Promise.resolve(true)),
    };
    const scenario = await promotion(sre, { decisionPolicy: flaky });
    const { id } = await waitingApproval(scenario);
    annotateDecision(scenario, { verb: 'approve', for: id, by: 'bob' });
    await scenario.clock.advance('4s');
    expect(scenario.status().decisions).toBeUndefined();
    await scenario.reaches('Promoting', 12_000);
    expect(scenario.status().decisions?.at(-1)).toMatchObject({ verified: true });
    expect(reads).toBe(3);
  });

  it('the requester may not, where the approval says so', async () => {
    const scenario = await createScenario({
      hooks: [approval('confirm-promotion', { requesterMayApprove: false })],
    });
    await scenario.reaches('Initialized');
    scenario.ship('podinfo:2', { 'sluice.dev/requested-by': 'alice' });
    const { id } = await waitingApproval(scenario);
    expect(scenario.status().run?.requestedBy).toBe('alice');
    expect(await decideAs(scenario, { verb: 'approve', for: id })).toMatchObject({ result: 'refused' });
    expect(await decideAs(scenario, { verb: 'approve', for: id, by: 'bob' })).toMatchObject({
      result: 'done',
    });
  });

  it('nobody, where nobody knows who the requester is', async () => {
    const scenario = await promotion({ requesterMayApprove: false });
    const { id } = await waitingApproval(scenario);
    const answer = await decideAs(scenario, { verb: 'approve', for: id });
    expect(answer.message).toContain('sluice.dev/requested-by');
  });

  it('must say why, where the approval says so', async () => {
    const scenario = await promotion({ reasonRequired: true });
    const { id } = await waitingApproval(scenario);
    expect(await decideAs(scenario, { verb: 'approve', for: id })).toMatchObject({ result: 'refused' });
    expect(await decideAs(scenario, { verb: 'approve', for: id, reason: 'fine' })).toMatchObject({
      result: 'done',
    });
  });
});

describe('the deadline of an approval', () => {
  it.each([
    [undefined, 'Failed'],
    ['rollback', 'Failed'],
    ['pass', 'Succeeded'],
    ['keep-waiting', 'WaitingPromotion'],
  ])('with onDeadline %s ends in %s', async (onDeadline, phase) => {
    const scenario = await promotion({ deadline: '5m', ...(onDeadline === undefined ? {} : { onDeadline }) });
    await waitingApproval(scenario);
    await scenario.clock.advance('4m');
    expect(scenario.status().phase).toBe('WaitingPromotion');
    await scenario.clock.advance('2m');
    expect(scenario.status().phase).toBe(phase);
  });

  it('is the same after a restart', async () => {
    const scenario = await promotion({ deadline: '5m' });
    await waitingApproval(scenario);
    await scenario.clock.advance('4m');
    await scenario.restart();
    await scenario.clock.advance('65s');
    expect(scenario.status().phase).toBe('Failed');
    expect(scenario.status().run?.cause).toContain('nobody decided');
  });

  it('is reminded of', async () => {
    const scenario = await promotion({ remindEvery: '10m' });
    await waitingApproval(scenario);
    await scenario.clock.advance('31m');
    expect(scenario.events().filter((event) => event === 'Warning ApprovalReminder')).toHaveLength(3);
  });
});
