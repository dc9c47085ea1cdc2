import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxEntry } from '../api/canary-status.ts';
import { acknowledge, append, sizeOf } from './outbox.ts';

const entry = (id: string, kind: string, message = ''): OutboxEntry => ({
  id,
  kind,
  hook: 'slack',
  index: 0,
  phase: 'Progressing',
  message,
  at: '2026-01-01T00:00:00Z',
});

const entries = fc.uniqueArray(
  fc.record({ id: fc.uuid(), kind: fc.constantFrom('event', 'post-rollout'), message: fc.string() }),
  { selector: ({ id }) => id, maxLength: 40 },
);
const generated = fc.record({
  before: entries,
  added: entries,
  limits: fc.record({ entries: fc.nat(50), bytes: fc.nat(6000) }),
});
const build = (list: readonly { id: string; kind: string; message: string }[]): OutboxEntry[] =>
  list.map(({ id, kind, message }) => entry(id, kind, message));

describe('append', () => {
  it('keeps the order, never drops the end of a run, counts each dropped event', () => {
    fc.assert(
      fc.property(generated, ({ before, added, limits }) => {
        const all = build([...before, ...added]);
        const { outbox, dropped } = append(build(before), build(added), limits);
        const kept = new Set(outbox.map(({ id }) => id));
        expect(outbox).toEqual(all.filter(({ id }) => kept.has(id)));
        expect(all.filter(({ id, kind }) => kind !== 'event' && !kept.has(id))).toEqual([]);
        expect(dropped).toBe(all.length - outbox.length);
      }),
    );
  });

  it('stays within both limits unless ends of runs alone exceed them', () => {
    fc.assert(
      fc.property(generated, ({ before, added, limits }) => {
        const { outbox } = append(build(before), build(added), limits);
        if (!outbox.some(({ kind }) => kind === 'event')) return;
        expect(outbox.length).toBeLessThanOrEqual(limits.entries);
        expect(outbox.reduce((sum, each) => sum + sizeOf(each), 0)).toBeLessThanOrEqual(limits.bytes);
      }),
    );
  });

  it('drops the oldest events only, and none while there is room', () => {
    fc.assert(
      fc.property(generated, ({ before, added, limits }) => {
        const events = build([...before, ...added]).filter(({ kind }) => kind === 'event');
        const { outbox, dropped } = append(build(before), build(added), limits);
        expect(outbox.filter(({ kind }) => kind === 'event')).toEqual(events.slice(dropped));
        const roomy = { entries: 1000, bytes: 1_000_000 };
        expect(append(build(before), build(added), roomy).dropped).toBe(0);
      }),
    );
  });

  it('adding what is already there changes nothing: a pass may run twice', () => {
    const { outbox } = append([], [entry('1', 'event'), entry('2', 'post-rollout')]);
    expect(append(outbox, [entry('1', 'event')])).toEqual({ outbox, dropped: 0 });
  });
});

describe('acknowledge', () => {
  it('removes what ended and nothing else', () => {
    const outbox = ['1', '2', '3'].map((id) => entry(id, 'event'));
    expect(acknowledge(outbox, ['2', 'unknown']).map(({ id }) => id)).toEqual(['1', '3']);
  });
});
