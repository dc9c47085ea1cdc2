import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import type { Probe } from './pod.ts';
import { probeLoop } from './probe-loop.ts';

function startLoop(probe: Probe, eager = false) {
  const clock = createFakeClock();
  const begun = clock.now();
  const stop = new AbortController();
  let failing = true;
  const told: string[] = [];
  const tell = (text: string): void => void told.push(`${(clock.now() - begun) / 1000}s ${text}`);
  const over = probeLoop({
    probe,
    clock,
    eager,
    attempt: () => Promise.resolve(failing ? 'refused' : undefined),
    onVerdict: (healthy) => tell(healthy ? 'healthy' : 'unhealthy'),
    onFailure: tell,
    signal: stop.signal,
  });
  return { clock, told, over, stop, pass: (value: boolean) => void (failing = !value) };
}

describe('a probe', () => {
  it('waits for its initial delay and gives its verdict after as many failures as told', async () => {
    const { clock, told } = startLoop({ initialDelaySeconds: 5, periodSeconds: 2, failureThreshold: 3 });
    await clock.advance('10s');
    expect(told).toEqual(['5s refused', '7s refused', '9s refused', '9s unhealthy']);
  });

  it('needs as many successes in a row as told', async () => {
    const { clock, told, pass } = startLoop({ periodSeconds: 1, successThreshold: 2, failureThreshold: 1 });
    await clock.advance('1500ms');
    pass(true);
    await clock.advance('2s');
    expect(told).toEqual(['0s refused', '0s unhealthy', '1s refused', '3s healthy']);
  });

  it('that is eager sees a program that starts at once, and blames it for nothing before a period is over', async () => {
    const { clock, told, pass } = startLoop({ periodSeconds: 10, failureThreshold: 1 }, true);
    await clock.advance('1100ms');
    expect(told).toEqual([]);
    pass(true);
    await clock.advance('200ms');
    expect(told).toEqual(['1.2s healthy']);
  });

  it('that is eager keeps to its period once it has succeeded', async () => {
    const { clock, told, pass } = startLoop({ periodSeconds: 10, failureThreshold: 1 }, true);
    pass(true);
    await clock.advance('1s');
    pass(false);
    await clock.advance('8s');
    expect(told).toEqual(['0s healthy']);
    await clock.advance('2s');
    expect(told).toEqual(['0s healthy', '10s refused', '10s unhealthy']);
  });

  it('ends with its signal and leaves no timer', async () => {
    const { clock, over, stop } = startLoop({ periodSeconds: 1 });
    await clock.advance('3s');
    stop.abort();
    await over;
    expect(clock.pending).toBe(0);
  });
});
