import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { sleep } from './sleep.ts';

/** Whether the sleep is over yet. */
function watched(sleeping: Promise<void>): { readonly isOver: boolean } {
  const state = { isOver: false };
  void sleeping.then(() => (state.isOver = true));
  return state;
}

describe('sleep', () => {
  it('lasts as long as told', async () => {
    const clock = createFakeClock();
    const state = watched(sleep(clock, 1000));
    await clock.advance('999ms');
    expect(state.isOver).toBe(false);
    await clock.advance('1ms');
    expect(state.isOver).toBe(true);
  });

  it('ends at once when its signal aborts, without an error and without a timer that is left', async () => {
    const clock = createFakeClock();
    const stop = new AbortController();
    const sleeping = sleep(clock, 1000, stop.signal);
    stop.abort();
    await sleeping;
    expect(clock.pending).toBe(0);
  });

  it('does not begin under a signal that is aborted', async () => {
    const clock = createFakeClock();
    await sleep(clock, 1000, AbortSignal.abort());
    expect(clock.pending).toBe(0);
  });

  it('leaves nothing attached to a signal that lives on', async () => {
    const clock = createFakeClock();
    const { signal } = new AbortController();
    const sleeping = sleep(clock, 1000, signal);
    await clock.advance('1s');
    await sleeping;
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});
