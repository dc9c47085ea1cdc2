import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { parse } from 'yaml';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { durationOr } from '../run/timing.ts';
import type { FreezeSpan } from './freeze-span.ts';

const dayMs = 24 * 60 * 60_000;
/** Spans are worked out for this time ahead, and read again each day. */
const aheadMs = 400 * dayMs;
const longestMs = 31 * dayMs;
const mostWindows = 64;
const mostSpans = 1_000;
const oldestStartMs = 10 * 366 * dayMs;
const longestText = 64 * 1024;
/** A rule that names minutes or seconds could ask for millions of dates. */
const frequencies = /(?:^|;)FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)(?:;|$)/;

/**
 * The spans of the key `windows` of a freeze's ConfigMap that are not over at `now`. Each window has `from` and `to`, or
 * `from`, an RFC 5545 `rrule` and a `duration`; times without an offset are of `timeZone` (default UTC). Throws `SluiceError`
 * that names the window.
 */
export function readFreezes(text: string, now: number): readonly FreezeSpan[] {
  if (text.length > longestText) throw new SluiceError(`windows: longer than ${longestText} characters`);
  const windows = asList(parseYaml(text));
  if (windows.length === 0) throw new SluiceError('windows: write a list with at least one window');
  if (windows.length > mostWindows) throw new SluiceError(`windows: more than ${mostWindows} entries`);
  return windows.flatMap((window, index) => spansOf(asRecord(window), index, now));
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new SluiceError(`windows: no YAML: ${describeError(error)}`);
  }
}

type Window = Readonly<Record<string, unknown>>;

function spansOf(window: Window, index: number, now: number): readonly FreezeSpan[] {
  const name = asText(window['name']) ?? `window ${index + 1}`;
  const reason = asText(window['reason']) ?? '';
  const fail = (field: string, why: string): never => {
    throw new SluiceError(`windows[${index}].${field}: ${why}`);
  };
  const zone = asText(window['timeZone']) ?? 'UTC';
  const timeAt = (field: string): Temporal.ZonedDateTime => {
    const value = window[field];
    const written = typeof value === 'string' ? value : fail(field, 'write a time, such as 2026-12-20T18:00');
    return readTime(written, zone) ?? fail(field, `"${written}" is no time in the time zone ${zone}`);
  };
  const from = timeAt('from');
  const span = (start: number, length: number): FreezeSpan => ({
    name,
    reason,
    from: start,
    to: start + length,
  });
  const rule = window['rrule'];
  if (rule === undefined) {
    const [start, end] = [from.epochMilliseconds, timeAt('to').epochMilliseconds];
    if (end <= start) fail('to', 'write a time after from');
    return end <= now ? [] : [span(start, end - start)];
  }
  if (typeof rule !== 'string' || !frequencies.test(rule))
    return fail(
      'rrule',
      'write an RFC 5545 rule of FREQ=DAILY, WEEKLY, MONTHLY or YEARLY, such as FREQ=WEEKLY;BYDAY=FR',
    );
  const length = durationOr(asText(window['duration']) ?? '', 0);
  if (length <= 0 || length > longestMs) fail('duration', 'write a duration of at most 744h, such as 64h');
  if (now - from.epochMilliseconds > oldestStartMs) fail('from', 'write a first time of the last ten years');
  const starts = occurrences(rule, from, now - length, now + aheadMs);
  if (typeof starts === 'string') return fail('rrule', starts);
  return starts.slice(0, mostSpans).map((start) => span(start, length));
}

/** A time with an offset or in UTC, or a local one of the time zone; undefined for anything else. */
function readTime(text: string, zone: string): Temporal.ZonedDateTime | undefined {
  try {
    return /(Z|[+-]\d\d:?\d\d)$/.test(text)
      ? Temporal.Instant.from(text).toZonedDateTimeISO(zone)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone);
  } catch {
    return undefined;
  }
}

/** Starts in milliseconds, or why the rule cannot be used. */
function occurrences(
  rule: string,
  first: Temporal.ZonedDateTime,
  after: number,
  before: number,
): readonly number[] | string {
  try {
    const dates = new RRuleTemporal({
      rruleString: rule.startsWith('RRULE:') ? rule : `RRULE:${rule}`,
      dtstart: first,
      strict: true,
      maxIterations: 10_000,
      maxCandidateEvaluations: 20_000,
    }).between(new Date(after), new Date(before), true);
    return dates.map((date) => date.epochMilliseconds);
  } catch (error) {
    return describeError(error);
  }
}
