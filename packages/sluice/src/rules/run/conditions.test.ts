import { describe, expect, it } from 'vitest';
import { phases } from '../../api/canary-status.ts';
import type { Condition, Phase } from '../../api/canary-status.ts';
import { conditionsOf, promotedCondition, removeCondition, setCondition } from './conditions.ts';

const early = '2026-01-01T00:00:00Z';
const late = '2026-01-01T01:00:00Z';

describe('the condition Promoted', () => {
  const sure: Partial<Record<Phase, string>> = { Initialized: 'True', Succeeded: 'True', Failed: 'False' };

  it.each(phases)('in phase "%s" says what kubectl wait needs', (phase) => {
    const condition = promotedCondition(phase, early);
    expect(condition).toMatchObject({ type: 'Promoted', status: sure[phase] ?? 'Unknown', reason: phase });
    expect(condition.message).not.toBe('');
  });
});

describe('setting a condition', () => {
  const before = promotedCondition('Progressing', early);

  it('adds one of a new type', () => {
    expect(setCondition([], before)).toEqual([before]);
  });

  it('leaves one alone that says the same, its times included', () => {
    expect(setCondition([before], promotedCondition('Progressing', late))).toEqual([before]);
  });

  it('keeps the time of transition while the status is the same', () => {
    const [next] = setCondition([before], promotedCondition('Promoting', late));
    expect(next).toMatchObject({ reason: 'Promoting', lastTransitionTime: early, lastUpdateTime: late });
  });

  it('moves the time of transition with the status, and keeps its place', () => {
    const other: Condition = { type: 'Ready', status: 'True', reason: 'Ready' };
    const next = setCondition([before, other], promotedCondition('Failed', late));
    expect(next.map(({ type }) => type)).toEqual(['Promoted', 'Ready']);
    expect(next[0]?.lastTransitionTime).toBe(late);
  });

  it('is undone by its type', () => {
    expect(removeCondition([before], 'Promoted')).toEqual([]);
    expect(removeCondition([before], 'Invalid')).toEqual([before]);
  });
});

it('conditions that others wrote are read as far as they are conditions', () => {
  const status = { conditions: [{ type: 'Ready' }, 7, null, { status: 'True' }] };
  expect(conditionsOf(status)).toEqual([{ type: 'Ready', status: '', reason: '' }]);
  expect(conditionsOf(undefined)).toEqual([]);
});
