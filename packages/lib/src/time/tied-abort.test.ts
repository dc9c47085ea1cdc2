import { describe, expect, it } from 'vitest';
import { tieAbort } from './tied-abort.ts';

describe('work that is tied to a signal', () => {
  it('ends with it, for its reason', () => {
    const parent = new AbortController();
    const tied = tieAbort(parent.signal);
    parent.abort('the process stops');
    expect(tied.signal.reason).toBe('the process stops');
  });

  it('has ended already when the signal has', () => {
    expect(tieAbort(AbortSignal.abort('too late')).signal.reason).toBe('too late');
  });

  it('ends for a reason of its own, which the signal does not hear of', () => {
    const parent = new AbortController();
    const tied = tieAbort(parent.signal);
    tied.abort('nothing came');
    expect(tied.signal.reason).toBe('nothing came');
    expect(parent.signal.aborted).toBe(false);
  });

  it('goes on when it was untied', () => {
    const parent = new AbortController();
    const tied = tieAbort(parent.signal);
    tied.untie();
    parent.abort();
    expect(tied.signal.aborted).toBe(false);
  });
});
