import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createFakeLog } from '../../../../test/support/fakes/fake-log.ts';
import { hookCall } from '../../../../test/support/rigs/hook-call.ts';
import type { Outcome } from '../api/canary-status.ts';
import { createDeliveryWorker } from './delivery-worker.ts';

const outcome = fc.constantFrom<Outcome>('passed', 'denied', 'failed');
const scenario = fc.record({
  hooks: fc.array(fc.constantFrom('slack', 'teams', 'notify'), { minLength: 1, maxLength: 12 }),
  outcomes: fc.infiniteStream(outcome),
  concurrency: fc.integer({ min: 1, max: 3 }),
  offers: fc.array(fc.nat(5000), { minLength: 1, maxLength: 6 }),
});

it('whatever receivers answer, each announcement ends once, in order for its hook, never two of one hook at once', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hooks, outcomes, concurrency, offers }) => {
      const clock = createFakeClock();
      const running = new Set<string>();
      const ended: string[] = [];
      const worker = createDeliveryWorker({
        send: async (call) => {
          expect(running.has(call.name)).toBe(false);
          running.add(call.name);
          expect(running.size).toBeLessThanOrEqual(concurrency);
          await new Promise<void>((resolve) => clock.setTimer(700, resolve));
          running.delete(call.name);
          const result = outcomes.next().value ?? 'passed';
          return { outcome: result, message: '', attempts: 1, durationMs: 700 };
        },
        clock,
        random: () => 0.5,
        log: createFakeLog(),
        limits: { concurrency, event: { tries: 4, ageMs: 60_000 } },
        acknowledge: (_canary, { id }) => ended.push(id),
      });
      const calls = hooks.map((name, index) => hookCall({ id: `${name} ${index}`, name, type: 'event' }));
      for (const pause of offers) {
        worker.offer('test/podinfo', calls);
        await clock.advance(pause);
      }
      await clock.advance('5m');

      expect(ended.toSorted()).toEqual(calls.map(({ id }) => id).toSorted());
      for (const hook of new Set(hooks)) {
        const inOrder = calls.filter(({ name }) => name === hook).map(({ id }) => id);
        expect(ended.filter((id) => id.startsWith(hook))).toEqual(inOrder);
      }
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 60 },
  );
});
