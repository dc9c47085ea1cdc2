import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Approval, CanaryStatus, HookResult, Run, Waiting } from '../api/canary-status.ts';
import type { RouterCapabilities } from '../ports/router.ts';
import { describeRollout } from './describe-rollout.ts';
import { judgedWord } from './judged-word.ts';
import type { RolloutView } from './rollout-view.ts';

const now = Date.parse('2026-03-01T10:10:00Z');
const at = '2026-03-01T10:00:00Z';
const later = '2026-03-01T11:00:00Z';

const run: Run = {
  id: 'c0ffee00',
  revision: 'v1:7d4f9c',
  targetUid: 'u',
  targetGeneration: 2,
  startedAt: at,
  phaseSince: at,
  step: 2,
  round: 2,
  oldImages: ['podinfod=podinfo:6.0.0', 'proxy=envoy:1'],
  newImages: ['podinfod=podinfo:6.0.1', 'proxy=envoy:1'],
};

const webhooks = [
  { name: 'go', type: 'confirm-promotion', approval: { approvers: { users: ['alice'], groups: ['sre'] } } },
  { name: 'gate', type: 'confirm-traffic-increase', url: 'https://u:p@ci.example/gate/secret?token=x' },
  { name: 'load', url: 'http://tester/' },
];

const canaryOf = (status: Partial<CanaryStatus> | undefined, spec: object = {}): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { namespace: 'prod', name: 'podinfo', uid: 'c1', resourceVersion: '7' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 80 },
    analysis: { interval: '10s', threshold: 5, stepWeights: [10, 20, 30], webhooks },
    ...spec,
  },
  ...(status === undefined
    ? {}
    : {
        status: {
          phase: 'Progressing',
          failedChecks: 1,
          canaryWeight: 20,
          iterations: 0,
          lastTransitionTime: at,
          run,
          ...status,
        },
      }),
});

const weights: RouterCapabilities = { weights: true, match: true, mirror: true } as RouterCapabilities;
const options = { meshProvider: 'istio', now, capabilitiesOf: () => weights };

function viewOf(status: Partial<CanaryStatus> | undefined, spec: object = {}): RolloutView {
  const view = describeRollout(canaryOf(status, spec), options);
  if ('unreadable' in view) throw new Error(view.unreadable);
  return view;
}

const approval: Approval = {
  id: 'g-1',
  hook: 'go',
  index: 0,
  type: 'confirm-promotion',
  run: run.id,
  revision: run.revision,
  step: 3,
  since: at,
  deadline: later,
  needed: 1,
  state: 'waiting',
};

const waiting = (changes: Partial<Waiting>): Waiting => ({
  step: 'advance',
  for: 'interval',
  message: 'weight 20 is held',
  since: at,
  ...changes,
});

const hook = (changes: Partial<HookResult>): HookResult => ({
  name: 'load',
  type: 'rollout',
  index: 2,
  id: 'd1',
  outcome: 'passed',
  code: 200,
  attempts: 1,
  durationMs: 12,
  step: 2,
  at,
  ...changes,
});

describe('a rollout as people see it', () => {
  it('has the facts of a run that is on', () => {
    expect(viewOf({})).toMatchObject({
      apiVersion: 'cli.sluice.dev/v1',
      kind: 'RolloutView',
      metadata: { namespace: 'prod', name: 'podinfo', uid: 'c1', resourceVersion: '7' },
      phase: 'Progressing',
      state: 'machine',
      target: 'deployment/podinfo',
      strategy: 'canary',
      provider: 'istio',
      revision: '7d4f9c',
      images: { text: 'podinfod: podinfo:6.0.0 → podinfo:6.0.1, proxy: envoy:1' },
      traffic: { written: 20, most: 30 },
      run: { id: 'c0ffee00', startedAt: at, step: 2, cause: '', requestedBy: '' },
      paused: null,
      since: at,
    });
  });

  it('shows the steps of the plan that its router can follow', () => {
    const labels = (capabilities: RouterCapabilities): readonly string[] => {
      const view = describeRollout(canaryOf({}), { ...options, capabilitiesOf: () => capabilities });
      return 'unreadable' in view ? [] : view.steps.map(({ label, state }) => `${label} ${state}`);
    };
    expect(labels(weights)).toEqual([
      'start done',
      '10% done',
      '20% now',
      '30% to-come',
      'promotion to-come',
    ]);
    expect(labels({ ...weights, weights: false })).toEqual([
      'start done',
      '2 of 10 iterations now',
      'promotion to-come',
    ]);
  });

  it('is new before the controller wrote a status', () => {
    expect(viewOf(undefined)).toMatchObject({
      phase: '',
      state: 'machine',
      revision: '',
      run: null,
      actions: [],
      waitsFor: { kind: 'nothing' },
    });
  });

  it.each<[string, Partial<CanaryStatus>, RolloutView['state']]>([
    ['a run', {}, 'machine'],
    ['an approval that is asked', { approvals: [approval] }, 'person'],
    ['an approval that was given', { approvals: [{ ...approval, state: 'approved' }] }, 'machine'],
    ['an initialized canary', { phase: 'Initialized' }, 'idle'],
    ['a succeeded run', { phase: 'Succeeded' }, 'done'],
    ['a failed run', { phase: 'Failed' }, 'failed'],
    [
      'a primary that is put back',
      { phase: 'Promoting', run: { ...run, undo: { to: 'x', reason: 'y' } } },
      'back',
    ],
    [
      'a first gate that is asked after a failure',
      { phase: 'Failed', waiting: waiting({ step: 'ask-confirm-rollout', for: 'hook' }) },
      'machine',
    ],
  ])('%s has the state of its kind', (_what, status, state) => {
    expect(viewOf(status).state).toBe(state);
  });

  it('is described by its valid part when its spec is not valid', () => {
    const invalid = waiting({ for: 'person', reason: 'InvalidSpec', message: 'spec.analysis.threshold' });
    const analysis = { interval: '10s', stepWeight: 10, stepWeights: [10], threshold: 1 };
    const view = viewOf({ waiting: invalid }, { analysis });
    expect(view.waitsFor).toMatchObject({ kind: 'person', what: 'you: invalid spec' });
    expect(view.traffic.written).toBe(20);
  });

  it('says why nothing can be said of an object without a target', () => {
    const object = { ...canaryOf(undefined), spec: { analysis: {} } };
    expect(describeRollout(object, options)).toEqual({ unreadable: expect.stringContaining('spec.') });
  });
});

describe('what a rollout waits for', () => {
  it.each<[string, Partial<CanaryStatus>, Partial<RolloutView['waitsFor']>]>([
    [
      'an approval',
      { approvals: [approval] },
      {
        kind: 'person',
        what: 'confirm-promotion: alice or group sre',
        since: at,
        until: later,
        onDeadline: 'rollback',
        approval: 'g-1',
      },
    ],
    ['a rollback switch: no', { approvals: [{ ...approval, type: 'rollback' }] }, { kind: 'nothing' }],
    [
      'a gate behind a URL that is closed',
      { waiting: waiting({ for: 'hook', reason: 'GateClosed', name: 'gate' }) },
      { kind: 'person', what: 'confirm-traffic-increase: gate "gate" is closed', onDeadline: null },
    ],
    [
      'a gate that is asked',
      { waiting: waiting({ for: 'hook', reason: 'AskingHook', name: 'gate' }) },
      { kind: 'machine', what: 'hook gate' },
    ],
    [
      'a person who must repair something',
      { waiting: waiting({ for: 'person', reason: 'CannotProceed' }) },
      { kind: 'person', what: 'you: cannot proceed' },
    ],
    [
      'the next check',
      { waiting: waiting({ until: later }) },
      { kind: 'machine', what: 'next check', until: later },
    ],
    [
      'a workload',
      { waiting: waiting({ for: 'workload', name: 'podinfo' }) },
      { kind: 'machine', what: 'workload podinfo' },
    ],
    ['the API server', { waiting: waiting({ for: 'api' }) }, { kind: 'machine', what: 'the API server' }],
    [
      'somebody to resume it',
      { paused: { by: 'bob', verified: true, via: 'cli', reason: 'lunch', at, until: later } },
      { kind: 'person', what: 'resume: paused by bob', message: 'paused by bob: lunch', until: later },
    ],
    ['nothing', {}, { kind: 'nothing', message: 'nothing now' }],
    [
      'a change, at rest',
      { phase: 'Succeeded' },
      { kind: 'nothing', message: 'nothing; a change of deployment/podinfo starts the next run' },
    ],
  ])('%s', (_what, status, expected) => {
    expect(viewOf(status).waitsFor).toMatchObject(expected);
  });
});

describe('the decisions that make sense', () => {
  const oneImage = { ...run, oldImages: ['podinfod=podinfo:6.0.0'] };
  it.each<[string, Partial<CanaryStatus> | undefined, readonly string[]]>([
    ['of a new canary', undefined, []],
    ['before the first version serves', { phase: 'Initializing' }, ['pause']],
    ['during the analysis', {}, ['promote c0ffee00!', 'abort c0ffee00', 'pause']],
    [
      'after somebody promoted',
      { run: { ...run, promote: { by: '', verified: false, via: '', at } } },
      ['abort c0ffee00', 'pause'],
    ],
    ['while it is copied', { phase: 'Promoting' }, ['abort c0ffee00', 'pause']],
    [
      'while it is put back',
      { phase: 'Promoting', run: { ...run, undo: { to: 'x', reason: 'y' } } },
      ['pause'],
    ],
    [
      'while it is paused',
      { paused: { by: '', verified: false, via: '', at } },
      ['promote c0ffee00!', 'abort c0ffee00', 'resume'],
    ],
    ['after a failure', { phase: 'Failed' }, ['retry c0ffee00', 'pause']],
    ['after success', { phase: 'Succeeded', run: oneImage }, ['undo c0ffee00', 'pause']],
    [
      'after success without a version before',
      { phase: 'Succeeded', run: { ...run, oldImages: [] } },
      ['pause'],
    ],
    [
      'after a run that was withdrawn',
      { phase: 'Succeeded', run: { ...run, cause: 'withdrawn' } },
      ['pause'],
    ],
    [
      'at the first gate of the next run',
      { phase: 'Succeeded', waiting: waiting({ step: 'ask-confirm-rollout', for: 'hook' }) },
      ['abort c0ffee00', 'pause'],
    ],
    [
      'in a freeze',
      { phase: 'Succeeded', run: { ...run, oldImages: [] }, waiting: waiting({ reason: 'Frozen' }) },
      ['pause', 'start!'],
    ],
    [
      'in the queue',
      { phase: 'Succeeded', run: { ...run, oldImages: [] }, waiting: waiting({ reason: 'Queued' }) },
      ['pause', 'start!'],
    ],
    [
      'at an approval',
      { phase: 'WaitingPromotion', approvals: [approval] },
      ['approve g-1', 'reject g-1!', 'promote c0ffee00!', 'abort c0ffee00', 'pause'],
    ],
    [
      'at an approval whose time is up',
      { phase: 'WaitingPromotion', approvals: [{ ...approval, deadline: at }] },
      ['promote c0ffee00!', 'abort c0ffee00', 'pause'],
    ],
    [
      'beside a rollback switch',
      { approvals: [{ ...approval, type: 'rollback' }] },
      ['approve g-1', 'promote c0ffee00!', 'abort c0ffee00', 'pause'],
    ],
    ['while it is deleted', { phase: 'Terminating' }, []],
  ])('%s', (_what, status, expected) => {
    const actions = viewOf(status).actions.map(
      ({ verb, for: about, needsReason }) => `${verb} ${about}`.trim() + (needsReason ? '!' : ''),
    );
    expect(actions).toEqual(expected);
  });

  it('say what they do', () => {
    const does = Object.fromEntries(
      viewOf({ approvals: [{ ...approval, needed: 3 }] }).actions.map((one) => [one.verb, one.does]),
    );
    expect(does).toEqual({
      approve: 'gives the new version all traffic, once 2 more users have approved',
      reject: 'ends the run: rolls back from 20 % to 0 %',
      promote: 'skips the rest of the analysis and gives the new version all traffic',
      abort: 'rolls back from 20 % to 0 %',
      pause: 'holds the new version at 20 %; rollback stays armed',
    });
    expect(viewOf({ phase: 'Succeeded', run: oneImage }).actions[0]?.does).toBe(
      'goes back at once to podinfo:6.0.0',
    );
  });
});

describe('an approval', () => {
  it('comes with what its hook says about it, and its votes', () => {
    const votes = ['alice', 'alice', 'bob'].map((by) => ({
      verdict: 'approve',
      by,
      verified: true,
      via: 'cli',
      at,
    }));
    expect(viewOf({ approvals: [{ ...approval, needed: 3, votes }] }).approvals[0]).toMatchObject({
      id: 'g-1',
      approvers: 'alice or group sre',
      approved: ['alice', 'bob'],
      onDeadline: 'rollback',
      reasonRequired: false,
      requesterMayApprove: true,
    });
  });

  it.each([
    ['confirm-rollout', 'Let podinfo 6.0.1 begin its rollout in prod?'],
    ['confirm-traffic-increase', 'Let podinfo 6.0.1 take the next step of prod traffic?'],
    ['confirm-promotion', 'Let podinfo 6.0.1 take all prod traffic?'],
    ['rollback', 'Roll podinfo 6.0.1 back in prod?'],
  ])('of type %s asks a question', (type, question) => {
    expect(viewOf({ approvals: [{ ...approval, type }] }).approvals[0]?.question).toBe(question);
  });

  it('of a revision without a tag asks by the revision', () => {
    const untagged = { ...run, newImages: ['podinfod=localhost:5000/podinfo@sha256:1'] };
    const [asked] = viewOf({ approvals: [approval], run: untagged }).approvals;
    expect(asked?.question).toBe('Let podinfo revision 7d4f9c take all prod traffic?');
  });
});

describe('hooks', () => {
  it('stand in the order of the spec, with their last answers, and their URLs masked', () => {
    const gone = hook({ name: 'old', index: 9 });
    const hooks = viewOf({ hooks: [hook({ outcome: 'denied', code: 500 }), gone] }).hooks;
    expect(hooks.map(({ name, type, judged, code }) => [name, type, judged, code])).toEqual([
      ['go', 'confirm-promotion', '', null],
      ['gate', 'confirm-traffic-increase', '', null],
      ['load', 'rollout', 'fail', 500],
      ['old', 'rollout', 'pass', 200],
    ]);
    expect(JSON.stringify(hooks)).not.toMatch(/u:p|secret|token=x/);
    expect(hooks[0]?.url).toBe('');
  });

  it.each([
    ['confirm-rollout', 'open', 'hold', 'hold'],
    ['confirm-promotion', 'open', 'hold', 'hold'],
    ['confirm-traffic-increase', 'open', 'hold', 'hold'],
    ['pre-rollout', 'pass', 'fail', 'fail'],
    ['rollout', 'pass', 'fail', 'fail'],
    ['rollback', 'ROLL BACK', 'clear', 'clear'],
    ['post-rollout', 'delivered', 'lost', 'lost'],
    ['event', 'delivered', 'lost', 'lost'],
  ])('of type %s are judged in their own words', (type, passed, denied, failed) => {
    const words = ['passed', 'denied', 'failed', 'cancelled'].map((outcome) => judgedWord({ type, outcome }));
    expect(words).toEqual([passed, denied, failed, '']);
  });
});

describe('checks', () => {
  it.each([
    [{ name: 'request-success-rate', threshold: 99 }, 99, null],
    [{ name: 'request-duration', thresholdRange: { max: 500.9 } }, null, 500],
    [{ name: 'errors', query: 'q', threshold: 3 }, null, 3],
    [{ name: 'errors', query: 'q', thresholdRange: { min: 1, max: 2 } }, 1, 2],
  ])('%j give the range that they are held to', (metric, min, max) => {
    const analysis = { interval: '10s', threshold: 5, stepWeight: 10, metrics: [metric] };
    const result = { name: metric.name, verdict: 'passed', value: 1.5, message: 'fine', at };
    const { checks } = viewOf({ run: { ...run, metrics: [result] } }, { analysis });
    expect(checks).toEqual({ failed: 1, threshold: 5, metrics: [{ ...result, min, max }] });
  });
});
