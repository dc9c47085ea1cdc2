import { describe, expect, it } from 'vitest';
import { createSteadyTime } from './steady-time.ts';

const hour = 3_600_000;

function bench() {
  let wall = 1_000_000;
  let steady = 0;
  const now = createSteadyTime({ wall: () => wall, steady: () => steady });
  const pass = (ms: number): void => {
    wall += ms;
    steady += ms;
  };
  return { now, pass, jump: (ms: number) => void (wall += ms) };
}

describe('the time of the process', () => {
  it('is that of the wall clock as long as nobody sets it', () => {
    const { now, pass } = bench();
    pass(5000);
    expect(now()).toBe(1_005_000);
  });

  it.each([
    ['forward', hour, 11_000],
    ['back', -hour, 9000],
  ])('goes on evenly when the wall clock is set %s by an hour', (_, ms, elapsed) => {
    const { now, pass, jump } = bench();
    jump(ms);
    expect(now()).toBe(1_000_000);
    pass(10_000);
    expect(now()).toBe(1_000_000 + elapsed);
  });

  it.each([2000, -2000])('has made up for %i ms after twenty seconds', (ms) => {
    const { now, pass, jump } = bench();
    jump(ms);
    pass(20_000);
    now();
    pass(1000);
    expect(now()).toBe(1_021_000 + ms);
  });
});
