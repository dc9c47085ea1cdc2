import { pino } from 'pino';
import type { Logger } from 'pino';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log, LogFields } from '@sluice/lib/ports/log.ts';
import { consoleDestination } from './log-console.ts';
import type { LogDestination } from './log-destination.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal', 'panic'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** `json`: one object a line. `console`: tab-separated for people, fields as JSON at the end. */
  readonly encoding: 'json' | 'console';
  readonly destination: LogDestination;
  readonly clock: Clock;
}

/**
 * One line per message with the field names Flagger's log pipelines know: `level` (lower case), `ts`
 * (ISO 8601), `msg`, and `canary` where the caller bound it. An Error in a field becomes its sentence; at
 * level error its stack follows as `stacktrace`.
 */
export function createLog(options: LogOptions): Log {
  const { clock, destination } = options;
  const logger = pino(
    {
      level: options.level === 'panic' ? 'fatal' : options.level,
      base: null,
      timestamp: () => `,"ts":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.encoding === 'console'
      ? consoleDestination(destination)
      : { write: (line) => void destination.write(line) },
  );
  return wrap(logger);
}

function wrap(logger: Logger): Log {
  return {
    debug: (message, fields = {}) => {
      logger.debug(printable(fields), message);
    },
    info: (message, fields = {}) => {
      logger.info(printable(fields), message);
    },
    warn: (message, fields = {}) => {
      logger.warn(printable(fields), message);
    },
    error: (message, fields = {}) => {
      logger.error({ ...stackOf(fields), ...printable(fields) }, message);
    },
    child: (fields) => wrap(logger.child(printable(fields))),
  };
}

/** pino knows only the field `err`; anywhere else an Error would print as `{}`. */
function printable(fields: LogFields): LogFields {
  if (!Object.values(fields).some((value) => value instanceof Error)) return fields;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? describeError(value) : value,
    ]),
  );
}

function stackOf(fields: LogFields): LogFields {
  const error = Object.values(fields).find((value) => value instanceof Error);
  return error?.stack === undefined ? {} : { stacktrace: error.stack };
}
