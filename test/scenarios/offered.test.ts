import { describe, expect, it } from 'vitest';
import { findRouter } from '@sluice/sluice/routers/index.ts';
import { describeRollout } from '@sluice/sluice/view/describe-rollout.ts';
import type { RolloutView } from '@sluice/sluice/view/rollout-view.ts';
import { decideAs, waitingApproval } from '../support/scenario/decide.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const approval = (type: string) => [type, '/release', { approval: {} }] as const;

function viewOf(scenario: Scenario): RolloutView {
  const view = describeRollout(scenario.canary(), {
    meshProvider: 'gatewayapi:v1',
    now: scenario.clock.now(),
    capabilitiesOf: (provider) => findRouter(provider)?.capabilities,
  });
  if ('unreadable' in view) throw new Error(view.unreadable);
  return view;
}

/** Places of a rollout, and the decisions that people are offered there. */
const places: readonly (readonly [string, () => Promise<Scenario>, readonly string[]])[] = [
  ['at rest', () => initialized(), ['pause']],
  ['during the analysis', () => progressing(), ['promote', 'abort', 'pause']],
  [
    'at an approval',
    async () => {
      const scenario = await progressing({ hooks: [approval('confirm-promotion')] });
      await waitingApproval(scenario);
      return scenario;
    },
    ['approve', 'reject', 'promote', 'abort', 'pause'],
  ],
  [
    'at the first approval',
    async () => {
      const scenario = await initialized({ hooks: [approval('confirm-rollout')] });
      scenario.ship('podinfo:2');
      await waitingApproval(scenario);
      return scenario;
    },
    ['approve', 'reject', 'abort', 'pause'],
  ],
  [
    'beside a rollback switch',
    () => progressing({ hooks: [approval('rollback')] }),
    ['approve', 'promote', 'abort', 'pause'],
  ],
  [
    'after a failure',
    async () => {
      const scenario = await progressing({ hooks: [['rollout', '/load']] });
      scenario.receiver.reply('/load', 500);
      await scenario.reaches('Failed');
      return scenario;
    },
    ['retry', 'pause'],
  ],
  [
    'after success',
    async () => {
      const scenario = await progressing();
      await scenario.reaches('Succeeded');
      await scenario.clock.advance('5s');
      return scenario;
    },
    ['undo', 'pause'],
  ],
  [
    'while it is paused',
    async () => {
      const scenario = await progressing();
      await decideAs(scenario, { verb: 'pause' });
      return scenario;
    },
    ['promote', 'abort', 'resume'],
  ],
];

describe.each(places)('%s', (_place, arrive, verbs) => {
  it('people are offered what makes sense', async () => {
    expect(viewOf(await arrive()).actions.map(({ verb }) => verb)).toEqual(verbs);
  });

  it.each(verbs)('%s is taken by the controller as it is offered', async (verb) => {
    const scenario = await arrive();
    const action = viewOf(scenario).actions.find((one) => one.verb === verb);
    const { for: about = '' } = action ?? {};
    const record = await decideAs(scenario, {
      verb,
      ...(about === '' ? {} : { for: about }),
      reason: 'a test',
    });
    expect(record).toMatchObject({ verb, result: 'done' });
  });
});

describe('what a rollout waits for', () => {
  it('is the person whose approval is asked, until it is given', async () => {
    const scenario = await progressing({ hooks: [approval('confirm-promotion')] });
    const { id } = await waitingApproval(scenario);
    expect(viewOf(scenario)).toMatchObject({ state: 'person', waitsFor: { kind: 'person', approval: id } });
    await decideAs(scenario, { verb: 'approve', for: id });
    expect(viewOf(scenario).state).not.toBe('person');
  });

  it('is somebody to resume it, while it is paused', async () => {
    const scenario = await progressing();
    await decideAs(scenario, { verb: 'pause', reason: 'lunch' });
    await scenario.clock.advance('1m');
    expect(viewOf(scenario).waitsFor).toMatchObject({ kind: 'person', reason: 'Paused' });
    await decideAs(scenario, { verb: 'resume' });
    expect(viewOf(scenario).waitsFor.kind).not.toBe('person');
  });
});
