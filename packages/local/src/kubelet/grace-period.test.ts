import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { startGracePeriod } from './grace-period.ts';

it.each<[string, readonly number[], number]>([
  ['ends when it is over', [30], 30],
  ['ends earlier when it is shortened', [30, 5], 5],
  ['is not made longer', [30, 60], 30],
  ['is not made longer again', [30, 5, 20], 5],
  ['may be over at once', [30, 0], 0],
  ['may never begin', [0], 0],
])('a grace period %s', async (_title, seconds, end) => {
  const clock = createFakeClock();
  const [first = 0, ...later] = seconds;
  const grace = startGracePeriod(clock, first * 1000);
  for (const each of later) grace.shorten(each * 1000);
  expect(grace.left()).toBe(end * 1000);
  if (end > 0) {
    await clock.advance(end * 1000 - 1);
    expect(grace.over.aborted).toBe(false);
    await clock.advance(1);
  }
  expect(grace.over.aborted).toBe(true);
  expect(grace.left()).toBe(0);
});

it('a grace period that nobody needs any more has no timer', async () => {
  const clock = createFakeClock();
  const grace = startGracePeriod(clock, 1000);
  grace.end();
  await clock.advance(5000);
  expect(grace.over.aborted).toBe(false);
});
