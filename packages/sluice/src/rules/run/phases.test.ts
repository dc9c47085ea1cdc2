import { expect, it } from 'vitest';
import { phases } from '../../api/canary-status.ts';
import { isAnalysing, isInitializing, isResting, isUndecided, statusGauge } from './phases.ts';

const where = (rule: (phase: (typeof phases)[number]) => boolean) => phases.filter(rule);

it('each kind of phase, in full', () => {
  expect(where(isInitializing)).toEqual(['', 'Initializing']);
  expect(where(isResting)).toEqual(['Initialized', 'Succeeded', 'Failed']);
  expect(where(isUndecided)).toEqual(['Waiting', 'Progressing', 'WaitingPromotion']);
  expect(where(isAnalysing)).toEqual(['Progressing', 'WaitingPromotion']);
});

it('no phase is of two kinds that exclude one another', () => {
  for (const phase of phases)
    expect([isInitializing(phase), isResting(phase), isUndecided(phase)].filter(Boolean).length).toBeLessThan(
      2,
    );
});

it('the gauge of a canary is 0 while it runs, 2 after a failure, 1 otherwise', () => {
  expect(where((phase) => statusGauge(phase) === 0)).toEqual(['Progressing']);
  expect(where((phase) => statusGauge(phase) === 2)).toEqual(['Failed']);
});
