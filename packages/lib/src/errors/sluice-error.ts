export interface SluiceErrorOptions {
  readonly cause?: unknown;
  /** Whether the same attempt may succeed later; decided where the error is created. */
  readonly retryable?: boolean;
}

/**
 * Base of every error of ours. A message says what was attempted, on which `kind namespace/name`, what came
 * back and what to do; never a secret, never a whole body.
 */
export class SluiceError extends Error {
  override readonly name: string = 'SluiceError';
  readonly retryable: boolean;

  constructor(message: string, options: SluiceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryable = options.retryable ?? false;
  }
}

/** Message of any thrown value, with its causes, at most `limit` characters. */
export function describeError(error: unknown, limit = 500): string {
  const parts: string[] = [];
  let current: unknown = error;
  while (current !== undefined && current !== null && parts.length < 4) {
    const text = textOf(current);
    if (text !== '' && !parts.some((part) => part.includes(text))) parts.push(text);
    current = current instanceof Error ? current.cause : undefined;
  }
  return parts.join(': ').slice(0, limit);
}

function textOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return typeof error === 'string' ? error : JSON.stringify(error);
}
