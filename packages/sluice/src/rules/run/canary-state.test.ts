import { describe, expect, it } from 'vitest';
import { stateOf } from './canary-state.ts';

const at = '2026-01-01T00:00:00Z';
const seconds = Date.parse(at) / 1000;
const condition = (type: string, status = 'True') => ({ type, status, reason: type });

describe('the state of a canary', () => {
  it('is nothing without a status, or of a status of another form', () => {
    const nothing = { waiting: undefined, conditions: [], oldestInOutbox: undefined };
    for (const status of [undefined, {}, 'text', { waiting: [], outbox: {}, conditions: 'Invalid' }])
      expect(stateOf(status)).toEqual(nothing);
  });

  it('has what it waits for, why, and since when', () => {
    const waiting = { for: 'person', reason: 'Suspended', step: 'a', message: 'b', since: at };
    expect(stateOf({ waiting }).waiting).toEqual({ for: 'person', reason: 'Suspended', since: seconds });
  });

  it.each([
    ['whatever', 'Suspended', 'other', 'Suspended'],
    ['hook', 'not one word', 'hook', 'Other'],
    ['hook', 'A'.repeat(64), 'hook', 'Other'],
    ['hook', 'A'.repeat(63), 'hook', 'A'.repeat(63)],
    ['hook', undefined, 'hook', 'Other'],
  ])('takes no text of others as it is: %s, %s', (what, reason, shownFor, shownReason) => {
    const waiting = { for: what, reason, since: at };
    expect(stateOf({ waiting }).waiting).toMatchObject({ for: shownFor, reason: shownReason });
  });

  it('waits for nothing while nobody can tell since when', () => {
    expect(
      stateOf({ waiting: { for: 'hook', reason: 'GateClosed', since: 'soon' } }).waiting,
    ).toBeUndefined();
  });

  it('has the conditions that are True, each once, but Promoted', () => {
    const conditions = [
      condition('Promoted'),
      condition('Invalid'),
      condition('Invalid'),
      condition('TwoControllers', 'False'),
      condition('two words'),
    ];
    expect(stateOf({ conditions }).conditions).toEqual(['Invalid', 'Other']);
  });

  it('has eight conditions at the most', () => {
    const conditions = 'ABCDEFGHIJ'.split('').map((type) => condition(type));
    expect(stateOf({ conditions }).conditions).toHaveLength(8);
  });

  it('has the time of the oldest announcement, wherever it stands', () => {
    const outbox = [{ at: '2026-01-02T00:00:00Z' }, { at }, { at: 'no time' }, {}];
    expect(stateOf({ outbox }).oldestInOutbox).toBe(seconds);
    expect(stateOf({ outbox: [] }).oldestInOutbox).toBeUndefined();
  });
});
