import { getEventListeners, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { startDeadline, withDeadline } from './deadline.ts';

function bench() {
  const clock = createFakeClock();
  const stop = new AbortController();
  const overdue = new Error('not done within 5 s');
  return {
    clock,
    stop,
    overdue,
    deadline: { clock, ms: 5000, signal: stop.signal, overdue: () => overdue },
  };
}

/** Work that ends only by its signal, as a request does that gets no answer. */
async function endless(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

describe('a deadline', () => {
  it('hands back what the work answers in time', async () => {
    const { clock, deadline, stop } = bench();
    expect(await withDeadline(deadline, () => Promise.resolve('done'))).toBe('done');
    expect(clock.pending).toBe(0);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('ends work that is overdue, with its own error', async () => {
    const { clock, deadline, overdue, stop } = bench();
    const working = withDeadline(deadline, endless);
    const advancing = clock.advance('5s');
    await expect(working).rejects.toBe(overdue);
    await advancing;
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });

  it('ends the work with the reason of its caller', async () => {
    const { clock, deadline, stop } = bench();
    const working = withDeadline(deadline, endless);
    stop.abort(new Error('superseded'));
    await expect(working).rejects.toThrow('superseded');
    expect(clock.pending).toBe(0);
  });

  it('hands an aborted signal on to the work', async () => {
    const { deadline, stop } = bench();
    stop.abort(new Error('too late'));
    await expect(withDeadline(deadline, endless)).rejects.toThrow('too late');
  });

  it('that was met no longer counts, while the signal stays tied to the caller', async () => {
    const { clock, deadline, stop } = bench();
    const running = startDeadline(deadline);
    running.met();
    await clock.advance('1m');
    expect(running.signal.aborted).toBe(false);
    stop.abort(new Error('stopping'));
    expect(running.signal.reason).toEqual(new Error('stopping'));
  });

  it('that ended is not touched by the caller any more', () => {
    const { deadline, stop } = bench();
    const running = startDeadline(deadline);
    running.end();
    stop.abort();
    expect(running.signal.aborted).toBe(false);
  });
});
