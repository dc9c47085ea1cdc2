import { describe, expect, it } from 'vitest';
import type { CanaryStatus, HookResult } from '../../api/canary-status.ts';
import { describeChanges } from './describe-changes.ts';

const status = (changes: Partial<CanaryStatus> = {}): CanaryStatus => ({
  phase: 'Progressing',
  failedChecks: 0,
  canaryWeight: 10,
  iterations: 0,
  ...changes,
});

const gate: HookResult = {
  name: 'start gate',
  type: 'confirm-rollout',
  index: 0,
  id: 'a',
  outcome: 'passed',
  code: 200,
  attempts: 1,
  durationMs: 12,
  step: 0,
  at: '2026-01-01T00:00:00Z',
};

describe('the lines of a plain progress', () => {
  it('say nothing when nothing changed', () => {
    expect(describeChanges('test/podinfo', status(), status())).toEqual([]);
  });

  it('name a new weight and the one before', () => {
    expect(describeChanges('test/podinfo', status(), status({ canaryWeight: 20 }))).toEqual([
      'test/podinfo Progressing 20 canary weight 10 → 20',
    ]);
  });

  it('give each new answer of a hook with its code, how it was judged and its time', () => {
    expect(describeChanges('test/podinfo', status(), status({ hooks: [gate] }))).toEqual([
      'test/podinfo Progressing 10 hook ✔ start gate (confirm-rollout) 200 open 12ms',
    ]);
    expect(describeChanges('test/podinfo', status({ hooks: [gate] }), status({ hooks: [gate] }))).toEqual([]);
  });

  it('call a yes of a rollback hook what it is', () => {
    const hook = { ...gate, name: 'switch', type: 'rollback' };
    expect(describeChanges('test/podinfo', status(), status({ hooks: [hook] }))[0]).toContain(
      '✖ switch (rollback) 200 ROLL BACK',
    );
  });

  it('name the check that failed, with its value', () => {
    const run = {
      id: 'r',
      revision: 'v1:x',
      targetUid: '',
      targetGeneration: 1,
      startedAt: '',
      phaseSince: '',
      step: 1,
      round: 1,
      metrics: [
        {
          name: 'request-success-rate',
          verdict: 'denied',
          message: 'request-success-rate 90% < 99%',
          at: '',
        },
      ],
    };
    expect(describeChanges('test/podinfo', status(), status({ failedChecks: 1, run }))).toEqual([
      'test/podinfo Progressing 10 failed checks 1: request-success-rate 90% < 99%',
    ]);
  });

  it('let no control character of an answer reach the terminal', () => {
    const hook = { ...gate, name: 'evil\u001b[2Jgate' };
    expect(describeChanges('test/podinfo', status(), status({ hooks: [hook] })).join('')).not.toContain(
      '\u001b',
    );
  });
});
