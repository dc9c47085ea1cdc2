import { describe, expect, it } from 'vitest';
import type { HookAnswer } from '../../ports/hooks.ts';
import { describeCheck, describeGate } from './answer-text.ts';
import type { Hook } from './hooks.ts';

const hook = (type: Hook['type']): Hook => ({
  name: 'gate',
  type,
  index: 0,
  spec: { name: 'gate', url: 'http://receiver/' },
});
const answer = (parts: Partial<HookAnswer>): HookAnswer => ({
  outcome: 'denied',
  message: '',
  attempts: 1,
  durationMs: 1,
  ...parts,
});

describe('what is said of an answer', () => {
  it('names the hook, the code and the text', () => {
    expect(describeGate(hook('confirm-rollout'), answer({ code: 403, message: 'freeze' }))).toBe(
      'confirm-rollout hook "gate" is closed (403 freeze)',
    );
    expect(describeCheck(hook('rollout'), answer({ code: 500, message: 'slow' }))).toBe(
      'rollout hook "gate" failed: 500 slow',
    );
  });

  it('says a code once when the text begins with it', () => {
    expect(describeCheck(hook('rollout'), answer({ code: 503, message: '503 Service Unavailable' }))).toBe(
      'rollout hook "gate" failed: 503 Service Unavailable',
    );
  });

  it('tells a no from no answer', () => {
    const lost = answer({ outcome: 'failed', message: 'connection refused' });
    expect(describeGate(hook('confirm-promotion'), lost)).toBe(
      'confirm-promotion hook "gate" could not be asked (connection refused)',
    );
    expect(describeCheck(hook('pre-rollout'), lost)).toBe(
      'pre-rollout hook "gate" could not tell: connection refused',
    );
  });

  it('is short enough for an Event', () => {
    expect(describeCheck(hook('rollout'), answer({ message: 'x'.repeat(5_000) })).length).toBeLessThan(400);
  });
});
