import { describe, expect, it } from 'vitest';
import { activeSpan } from './freeze-span.ts';
import { readFreezes } from './freeze-windows.ts';

const now = Date.parse('2026-11-30T12:00:00Z');
const iso = (time: number | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();

const yearEnd = `
- name: year end
  from: 2026-12-20T18:00
  to: 2027-01-02T06:00
  timeZone: Europe/Berlin
  reason: few people are on call
`;
const weekends = `
- name: weekend
  from: 2026-01-02T16:00
  rrule: FREQ=WEEKLY;BYDAY=FR
  duration: 64h
  timeZone: America/New_York
`;

describe('a freeze', () => {
  it('from one time to another is in force between them, in its time zone', () => {
    const spans = readFreezes(yearEnd, now);
    expect(activeSpan(spans, now)).toBeUndefined();
    expect(iso(spans[0]?.from)).toBe('2026-12-20T17:00:00.000Z');
    const christmas = activeSpan(spans, Date.parse('2026-12-24T20:00:00Z'));
    expect(christmas).toMatchObject({ name: 'year end', reason: 'few people are on call' });
    expect(iso(christmas?.to)).toBe('2027-01-02T05:00:00.000Z');
    expect(activeSpan(spans, Date.parse('2027-01-02T05:00:00Z'))).toBeUndefined();
  });

  it.each([
    // Winter and summer time of New York.
    ['2026-12-05T12:00:00Z', '2026-12-04T21:00:00.000Z', '2026-12-07T13:00:00.000Z'],
    ['2027-07-03T12:00:00Z', '2027-07-02T20:00:00.000Z', '2027-07-05T12:00:00.000Z'],
  ])('that recurs is in force at %s', (at, from, to) => {
    const span = activeSpan(readFreezes(weekends, now), Date.parse(at));
    expect([iso(span?.from), iso(span?.to)]).toEqual([from, to]);
  });

  it('that recurs is in force when it is read in the middle', () => {
    const saturday = Date.parse('2026-11-28T12:00:00Z');
    expect(activeSpan(readFreezes(weekends, saturday), saturday)?.name).toBe('weekend');
  });

  it('of several, the one that ends last counts', () => {
    const spans = [
      { name: 'a', reason: '', from: 0, to: 10 },
      { name: 'b', reason: '', from: 0, to: 20 },
    ];
    expect(activeSpan(spans, 5)?.name).toBe('b');
  });

  it.each([
    ['', /write a list/],
    ['{', /no YAML/],
    ['- {}', /windows\[0\]\.from: write a time/],
    ['- { from: soon, to: later }', /windows\[0\]\.from: "soon" is no time/],
    ['- { from: 2026-12-20T18:00, to: 2026-12-20T17:00 }', /windows\[0\]\.to: write a time after from/],
    ['- { from: 2026-12-20T18:00, to: 2026-12-21T17:00, timeZone: Mars/Olympus }', /time zone Mars\/Olympus/],
    ['- { from: 2026-12-20T18:00, rrule: FREQ=SECONDLY, duration: 1h }', /windows\[0\]\.rrule/],
    ['- { from: 2026-12-20T18:00, rrule: "FREQ=DAILY;BYDAY=XX", duration: 1h }', /windows\[0\]\.rrule/],
    ['- { from: 2026-12-20T18:00, rrule: FREQ=DAILY }', /windows\[0\]\.duration/],
    ['- { from: 2026-12-20T18:00, rrule: FREQ=DAILY, duration: 900h }', /windows\[0\]\.duration/],
    [
      '- { from: 2001-12-20T18:00, rrule: FREQ=DAILY, duration: 1h }',
      /windows\[0\]\.from: write a first time/,
    ],
  ])('that reads %j is refused with its place', (text, why) => {
    expect(() => readFreezes(text, now)).toThrow(why);
  });

  it('that asks for very many dates is refused, or read, in no time worth speaking of', () => {
    const minutes = Array.from({ length: 60 }, (_, minute) => minute).join(',');
    const rule = `FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMINUTE=${minutes};BYSECOND=${minutes}`;
    expect(() => readFreezes(`- { from: 2020-01-01T00:00, rrule: "${rule}", duration: 1h }`, now)).toThrow(
      /windows\[0\]\.rrule/,
    );
  });
});
