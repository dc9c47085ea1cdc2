export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Structured log: a constant message plus fields. `error` means that a person must act; a waiting canary
 * is `info`. Fields never carry secrets: mask URLs with `http/mask-url.ts` first.
 */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}
