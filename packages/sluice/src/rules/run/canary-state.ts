import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { conditionsOf } from './conditions.ts';

/** What alerts are made of, as the recorded status says it. */
export interface CanaryState {
  readonly waiting: WaitingState | undefined;
  /** Types of the conditions that are True, without `Promoted`: each is a problem for a person. */
  readonly conditions: readonly string[];
  /** When the oldest announcement of the outbox happened, in seconds since 1970. */
  readonly oldestInOutbox: number | undefined;
}

export interface WaitingState {
  readonly for: string;
  readonly reason: string;
  /** Seconds since 1970. */
  readonly since: number;
}

const waitsFor = new Set(['hook', 'interval', 'workload', 'metric', 'routes', 'person', 'api']);
/** Reasons and types of our own are shorter. A status that somebody edited may hold any text. */
const word = /^[A-Z][A-Za-z]{0,62}$/;
const conditionsShown = 8;

/** The state in a status that nobody has checked. Its texts are of a fixed set, or one CamelCase word of at most 63 letters. */
export function stateOf(status: unknown): CanaryState {
  const { waiting, outbox } = asRecord(status);
  const times = asList(outbox).flatMap((entry) => secondsOf(asRecord(entry)['at']) ?? []);
  return {
    waiting: waitingOf(asRecord(waiting)),
    conditions: [
      ...new Set(
        conditionsOf(status)
          .filter((condition) => condition.status === 'True' && condition.type !== 'Promoted')
          .map(({ type }) => wordOf(type)),
      ),
    ].slice(0, conditionsShown),
    oldestInOutbox: times.length === 0 ? undefined : Math.min(...times),
  };
}

function waitingOf(waiting: Readonly<Record<string, unknown>>): WaitingState | undefined {
  const since = secondsOf(waiting['since']);
  const what = asText(waiting['for']) ?? '';
  return since === undefined
    ? undefined
    : { for: waitsFor.has(what) ? what : 'other', reason: wordOf(asText(waiting['reason'])), since };
}

const wordOf = (text = ''): string =>
  word.test(text) ? text : /* guard: labels-of-series-are-bounded */ 'Other';

function secondsOf(time: unknown): number | undefined {
  const milliseconds = Date.parse(asText(time) ?? '');
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
