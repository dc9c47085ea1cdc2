import { describe, expect, it } from 'vitest';
import { wakeReplicas } from './wake-replicas.ts';

describe('a target at zero is woken', () => {
  it.each<readonly [string, number, number, number | undefined, number]>([
    ['with its own size, if somebody set one', 3, 5, undefined, 3],
    ['with its own size also beside a scaler', 3, 5, 2, 3],
    ['without a scaler, with the size of the primary', 0, 5, undefined, 5],
    ['with the least its scaler allows, however large the primary is', 0, 5, 2, 2],
    ['with one, when its scaler allows zero', 0, 5, 0, 1],
    ['with one, when nobody says more', 0, 0, undefined, 1],
  ])('%s', (_case, own, primary, scalerMin, replicas) => {
    expect(wakeReplicas(own, primary, scalerMin)).toBe(replicas);
  });
});
