import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SharedPlaces } from './shared-places.ts';
import type { PlaceLimits, PlaceOwner } from './shared-places.ts';

const turnOf = (name: string): PlaceOwner => {
  const [group = '', member = ''] = name.split('/');
  return { group, member };
};

function admitAll(places: SharedPlaces<PlaceOwner>): readonly PlaceOwner[] {
  const admitted: PlaceOwner[] = [];
  for (let turn = places.admit(); turn !== undefined; turn = places.admit()) admitted.push(turn);
  return admitted;
}

const nameOf = ({ group, member }: PlaceOwner): string => `${group}/${member}`;

describe('shared places', () => {
  it('go to the groups in turns, first come, first served within one', () => {
    const places = new SharedPlaces({ all: 9, perGroup: 9, perMember: 9 });
    for (const name of ['a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'b/2']) places.wait(turnOf(name));
    expect(admitAll(places).map(nameOf)).toEqual(['a/1', 'b/1', 'c/1', 'a/2', 'b/2', 'a/3']);
    expect(places.hasWaiting).toBe(false);
  });

  it('of one group that asks without end leave room for another one at once', () => {
    const places = new SharedPlaces({ all: 8, perGroup: 2, perMember: 2 });
    for (let member = 0; member < 1000; member += 1) places.wait(turnOf(`greedy/${member}`));
    expect(admitAll(places)).toHaveLength(2);
    places.wait(turnOf('modest/1'));
    expect(admitAll(places).map(nameOf)).toEqual(['modest/1']);
  });

  it('of one member leave room for the others of its group', () => {
    const places = new SharedPlaces({ all: 8, perGroup: 4, perMember: 2 });
    for (const name of ['a/1', 'a/1', 'a/1', 'a/1', 'a/2']) places.wait(turnOf(name));
    expect(admitAll(places).map(nameOf)).toEqual(['a/1', 'a/1', 'a/2']);
  });

  const limits: PlaceLimits = { all: 5, perGroup: 3, perMember: 2 };
  const step = fc.oneof(
    fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1'),
    fc.record({ end: fc.nat(20) }),
    fc.record({ withdraw: fc.nat(20) }),
  );

  it('never exceed a share, and are never kept from a turn that may have one', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const places = new SharedPlaces<PlaceOwner>(limits);
        const waiting: PlaceOwner[] = [];
        const running: PlaceOwner[] = [];
        for (const next of steps) {
          if (typeof next === 'string') {
            waiting.push(turnOf(next));
            places.wait(waiting.at(-1)!);
          } else if ('end' in next) running.splice(next.end, 1).forEach((turn) => places.release(turn));
          else waiting.splice(next.withdraw, 1).forEach((turn) => places.withdraw(turn));
          for (const turn of admitAll(places)) {
            expect(waiting).toContain(turn);
            waiting.splice(waiting.indexOf(turn), 1);
            running.push(turn);
          }
          expectShares(running, waiting);
          expect([places.running, places.hasWaiting]).toEqual([running.length, waiting.length > 0]);
        }
      }),
    );
  });

  function expectShares(running: readonly PlaceOwner[], waiting: readonly PlaceOwner[]): void {
    const ofGroup = (group: string) => running.filter((turn) => turn.group === group);
    const ofMember = ({ group, member }: PlaceOwner) =>
      ofGroup(group).filter((turn) => turn.member === member);
    expect(running.length).toBeLessThanOrEqual(limits.all);
    for (const turn of running) {
      expect(ofGroup(turn.group).length).toBeLessThanOrEqual(limits.perGroup);
      expect(ofMember(turn).length).toBeLessThanOrEqual(limits.perMember);
    }
    for (const turn of waiting) {
      const isFull =
        running.length === limits.all ||
        ofGroup(turn.group).length === limits.perGroup ||
        ofMember(turn).length === limits.perMember;
      expect(isFull).toBe(true);
    }
  }
});
