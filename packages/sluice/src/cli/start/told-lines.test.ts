import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/support/fakes/fake-clock.ts';
import { createToldLines } from './told-lines.ts';

const set = () => {
  const clock = createFakeClock();
  const stop = new AbortController();
  const limits = { what: 'the message', limitMs: 5_000, signal: stop.signal };
  return { clock, stop, limits, told: createToldLines(clock) };
};

describe('waiting for a line of the receivers', () => {
  it('ends at once for a line that is there, and as soon as another one comes', async () => {
    const { told, limits } = set();
    told.add('slack: one');
    await told.until('one', limits);
    const waiting = told.until('two', limits);
    told.add('slack: and two');
    await waiting;
  });

  it('ends with what was awaited when the line does not come in time', async () => {
    const { told, limits, clock } = set();
    const [ended] = await Promise.allSettled([told.until('one', limits), clock.advance('5s')]);
    expect(ended).toMatchObject({ reason: { message: 'the message: not within 5 s' } });
  });

  it.each(['before', 'while'])('ends when the command is stopped %s it waits', async (when) => {
    const { told, limits, stop } = set();
    if (when === 'before') stop.abort();
    const waiting = told.until('one', limits);
    stop.abort();
    await expect(waiting).rejects.toThrow('the message: stopped');
  });

  it('keeps the last 100 lines', () => {
    const { told } = set();
    for (let index = 0; index < 150; index += 1) told.add(`line ${index}`);
    expect([told.last.length, told.last[0], told.last.at(-1)]).toEqual([100, 'line 50', 'line 149']);
  });
});
