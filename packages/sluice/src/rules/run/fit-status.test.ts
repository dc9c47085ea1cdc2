import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanaryStatus } from '../../api/canary-status.ts';
import { fitStatus } from './fit-status.ts';

const at = '2026-01-01T00:00:00Z';
const sizeOf = (status: CanaryStatus): number => Buffer.byteLength(JSON.stringify(status));

function statusWith(hooks: number, text: string, events = 0): CanaryStatus {
  return {
    phase: 'Progressing',
    canaryWeight: 25,
    iterations: 0,
    failedChecks: 0,
    hooks: Array.from({ length: hooks }, (_, index) => ({
      name: `hook-${index}`,
      type: 'rollback',
      index,
      id: `${index}`,
      outcome: 'denied',
      message: text,
      attempts: 1,
      durationMs: 1,
      step: 0,
      at,
    })),
    outbox: Array.from({ length: events }, (_, index) => ({
      id: `${index}`,
      kind: index === 0 ? 'post-rollout' : 'event',
      hook: 'h',
      index: 0,
      phase: 'Progressing',
      message: text,
      at,
    })),
  };
}

describe('a status', () => {
  it('that is short enough stays as it is', () => {
    const status = statusWith(3, 'no');
    expect(fitStatus(status)).toBe(status);
  });

  it('that is too long loses text for people, never an outcome', () => {
    const fitted = fitStatus(statusWith(100, 'x'.repeat(1024)));
    expect(sizeOf(fitted)).toBeLessThanOrEqual(64 * 1024);
    expect(fitted.hooks).toHaveLength(100);
    expect(fitted.hooks?.every(({ outcome }) => outcome === 'denied')).toBe(true);
    expect(fitted.hooks?.[0]?.message).toMatch(/^x{40,}$/);
  });

  it('that is full of decisions with long reasons loses their texts, never who decided what', () => {
    const reason = 'x'.repeat(1000);
    const vote = { verdict: 'approve', by: 'alice', verified: true, via: 'cli', reason, at };
    const approval = {
      id: 'g-0',
      hook: 'release',
      index: 0,
      type: 'confirm-promotion',
      run: 'r',
      revision: 'v1:1',
      step: 0,
      since: at,
      needed: 10,
      state: 'approved',
      votes: Array.from({ length: 10 }, () => vote),
    };
    const decision = {
      verb: 'approve',
      by: 'alice',
      verified: true,
      via: 'cli',
      reason,
      at,
      result: 'done',
      message: reason,
      request: 'h',
    };
    const fitted = fitStatus({
      ...statusWith(0, ''),
      approvals: Array.from({ length: 11 }, () => approval),
      decisions: Array.from({ length: 10 }, () => decision),
    });
    expect(sizeOf(fitted)).toBeLessThanOrEqual(64 * 1024);
    expect(fitted.outboxDropped).toBeUndefined();
    expect(fitted.decisions?.map(({ by, verb }) => `${by} ${verb}`)).toEqual(Array(10).fill('alice approve'));
    expect(fitted.approvals?.flatMap(({ votes = [] }) => votes)).toHaveLength(110);
    expect(fitted.approvals?.[0]?.votes?.[0]?.reason).toMatch(/^x{40,}$/);
  });

  it('that is still too long loses events, oldest first and counted, never the end of a run', () => {
    const fitted = fitStatus(statusWith(10, 'x', 100), 8_000);
    expect(sizeOf(fitted)).toBeLessThanOrEqual(8_000);
    expect(fitted.outbox?.[0]?.kind).toBe('post-rollout');
    expect(fitted.outbox?.at(-1)?.id).toBe('99');
    expect(fitted.outboxDropped).toBe(100 - (fitted.outbox?.length ?? 0));
  });

  it('of any texts fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 0, max: 60 }),
        (text, hooks) => {
          const fitted = fitStatus(statusWith(hooks, text), 20_000);
          expect(sizeOf(fitted)).toBeLessThanOrEqual(20_000);
        },
      ),
    );
  });
});
