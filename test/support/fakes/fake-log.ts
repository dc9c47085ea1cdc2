import type { Log, LogFields } from '@sluice/lib/ports/log.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

export interface FakeLog extends Log {
  /** Everything logged, children included, oldest first. */
  readonly lines: readonly LogLine[];
  messages(level?: LogLine['level']): string[];
}

/** A log that remembers, for tests that check what people are told. */
export function createFakeLog(): FakeLog {
  const lines: LogLine[] = [];
  const messages = (level?: LogLine['level']) =>
    lines.filter((line) => level === undefined || line.level === level).map((line) => line.message);
  return { ...writer(lines, {}), lines, messages };
}

function writer(lines: LogLine[], bound: LogFields): Log {
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields: { ...bound, ...fields } });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => writer(lines, { ...bound, ...fields }),
  };
}
