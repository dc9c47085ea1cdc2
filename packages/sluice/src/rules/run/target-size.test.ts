import { describe, expect, it } from 'vitest';
import type { CanaryStatus, HookResult, Phase } from '../../api/canary-status.ts';
import { targetSize } from './target-size.ts';
import type { TargetSize } from './target-size.ts';

const status = (phase: Phase, parts: Partial<CanaryStatus> = {}): CanaryStatus => ({
  phase,
  canaryWeight: 0,
  iterations: 0,
  failedChecks: 0,
  ...parts,
});

const answer = (outcome: string, type = 'confirm-rollout'): HookResult => ({
  name: 'gate',
  type,
  index: 0,
  id: '1',
  outcome,
  attempts: 1,
  durationMs: 1,
  step: 0,
  at: '2026-01-01T00:00:00Z',
});

describe('the size of the target', () => {
  it.each<readonly [Phase, TargetSize]>([
    ['', 'keep'],
    ['Initializing', 'keep'],
    ['Initialized', 'none'],
    ['Waiting', 'keep'],
    ['Progressing', 'some'],
    ['WaitingPromotion', 'some'],
    ['Promoting', 'some'],
    ['Finalising', 'none'],
    ['Succeeded', 'none'],
    ['Failed', 'none'],
    ['Terminating', 'keep'],
    ['Terminated', 'keep'],
  ])('in phase "%s" is %s', (phase, size) => {
    expect(targetSize(status(phase))).toBe(size);
  });

  it('is kept where a canary that failed carries the traffic', () => {
    expect(targetSize(status('Failed', { canaryWeight: 100 }))).toBe('keep');
  });

  it('goes to zero while waiting only once somebody has said "not yet"', () => {
    expect(targetSize(status('Waiting', { hooks: [answer('passed')] }))).toBe('keep');
    expect(targetSize(status('Waiting', { hooks: [answer('denied', 'rollback')] }))).toBe('keep');
    expect(targetSize(status('Waiting', { hooks: [answer('denied')] }))).toBe('none');
    expect(targetSize(status('Waiting', { hooks: [answer('failed')] }))).toBe('none');
  });

  it('is never zero while it gets traffic', () => {
    for (const phase of ['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Finalising'] as const)
      expect(targetSize(status(phase, { canaryWeight: 10, hooks: [answer('denied')] }))).toBe('some');
  });
});
