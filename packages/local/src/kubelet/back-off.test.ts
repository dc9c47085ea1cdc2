import { expect, it } from 'vitest';
import { backOffDelay, kubernetesPace } from './back-off.ts';

it('restarts at once, then after 10 s doubling up to 5 minutes', () => {
  const delays = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map(
    (restart) => backOffDelay(restart, kubernetesPace) / 1000,
  );
  expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
});
