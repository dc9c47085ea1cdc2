import { describe, expect, it } from 'vitest';
import {
  checkPhaseTable,
  destinations,
  reachable,
} from '../../../../../test/support/checks/check-phase-table.ts';
import { phases } from '../../api/canary-status.ts';
import { mayFollow, phaseTable } from './phase-table.ts';
import { placeIds, places } from './phase-table/places.ts';
import type { PlaceId } from './phase-table/places.ts';
import { advanceTriggers, disturbanceTriggers } from './phase-table/transition.ts';
import type { Transition, Trigger } from './phase-table/transition.ts';
import { isInitializing, isResting, isUndecided } from './phases.ts';

const everything: readonly Trigger[] = [...advanceTriggers, ...disturbanceTriggers];
const moving = placeIds.filter((id) => places[id].kind === 'moving');
const without = (id: PlaceId, on: Trigger): readonly Transition[] =>
  phaseTable.map((row) => (row.on === on ? { ...row, from: row.from.filter((from) => from !== id) } : row));

describe('the table of phases', () => {
  it('holds every phase that a status can say', () => {
    expect(new Set(placeIds.map((id) => places[id].phase))).toEqual(new Set([...phases, undefined]));
  });

  it('answers every event in every place, and every run ends, whatever comes and in whatever order', () => {
    expect(checkPhaseTable(phaseTable)).toEqual([]);
  });

  it('calls the same phases at rest, and undecided, as the steps do', () => {
    for (const id of placeIds) {
      const { phase, kind } = places[id];
      if (phase === undefined) continue;
      expect([id, kind === 'resting']).toEqual([id, isResting(phase)]);
      expect([id, destinations(phaseTable, id, 'rollback asked').length > 0]).toEqual([
        id,
        id !== 'undoing' && (isUndecided(phase) || phase === 'Promoting' || phase === 'Finalising'),
      ]);
      expect([id, id === 'new' || id === 'initializing']).toEqual([id, isInitializing(phase)]);
    }
  });

  it('lets only gates, and a primary that never served, wait without a deadline', () => {
    const patient = moving.filter((id) => destinations(phaseTable, id, 'deadline').includes(id));
    expect(patient).toEqual(['new', 'initializing', 'waiting']);
  });

  it('rolls back at once on abort as long as the primary is untouched', () => {
    const obeying = moving.filter((id) =>
      destinations(phaseTable, id, 'abort').every((to) => to === 'failed'),
    );
    expect(obeying).toEqual(['waiting', 'analysing', 'waiting-promotion', 'confirmed', 'copying']);
    expect(new Set(destinations(phaseTable, 'returning', 'abort'))).toEqual(
      new Set(['undoing', 'failed', 'returning']),
    );
  });

  it('lets nothing promote a revision that was rolled back, aborted or withdrawn but another revision', () => {
    const others = everything.filter((trigger) => trigger !== 'new revision' && trigger !== 'another target');
    expect([...reachable(phaseTable, 'failed', others)].filter((id) => places[id].kind === 'moving')).toEqual(
      ['undoing', 'terminating'],
    );
  });

  it('leads from each place to its end once the Canary is deleted, and nothing turns it back', () => {
    for (const id of moving) {
      for (const to of destinations(phaseTable, id, 'deletion')) {
        expect(['terminating', 'gone']).toEqual(
          expect.arrayContaining([...reachable(phaseTable, to, everything)]),
        );
      }
    }
  });

  it('loses no place over a restart', () => {
    for (const id of moving) expect(destinations(phaseTable, id, 'restart')).toEqual([id]);
  });
});

describe('the check of the table sees', () => {
  it.each<readonly [string, readonly Transition[], string]>([
    ['an event without an answer', without('copying', 'abort'), 'copying does not say what happens on abort'],
    [
      'a phase without an exit',
      without('finalising', 'deadline').filter(
        (row) => row.on !== 'canary at zero' && row.on !== 'rollback asked',
      ),
      'finalising has no way out that needs nobody',
    ],
    [
      'a phase that nothing leads to',
      without('analysing', 'promotion refused'),
      'nothing leads to waiting-promotion',
    ],
    [
      'two answers to one event',
      [...phaseTable, { from: ['waiting'], on: 'abort', to: 'same', does: '' }],
      'waiting says several things on abort, and not when',
    ],
    [
      'a run that goes round',
      [...phaseTable, { from: ['copying'], on: 'promotion refused', to: 'analysing', does: '' }],
      'from new a run may go round for ever: analysing, waiting-promotion, copying, analysing',
    ],
  ])('%s', (_case, table, defect) => {
    expect(checkPhaseTable(table)).toContain(defect);
  });
});

describe('a status', () => {
  it('may be followed by what the table leads to, and by nothing else', () => {
    expect(mayFollow('Progressing', 'Promoting')).toBe(true);
    expect(mayFollow('Waiting', 'Waiting')).toBe(true);
    expect(mayFollow('Progressing', 'Terminating')).toBe(true);
    expect(mayFollow('Terminating', 'Progressing')).toBe(false);
    expect(mayFollow('Promoting', 'Succeeded')).toBe(false);
    expect(mayFollow('Failed', 'Succeeded')).toBe(false);
  });
});
