import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/**
 * The API server refused, or could not be reached. `code` is the HTTP status (0: no answer), `reason` the
 * Status object's reason (`NotFound`, `Conflict`, `AlreadyExists`, `Expired`, `Forbidden` ...).
 */
export class KubeError extends SluiceError {
  override readonly name = 'KubeError';
  readonly code: number;
  readonly reason: string;
  /** From `Retry-After`, already capped; in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    details: {
      readonly code: number;
      readonly reason: string;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    },
  ) {
    const retryable = details.code === 0 || details.code === 429 || details.code >= 500;
    super(message, { cause: details.cause, retryable });
    this.code = details.code;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}

export const isNotFound = (error: unknown): boolean => error instanceof KubeError && error.code === 404;
/** The object changed since it was read, or exists already. */
export const isConflict = (error: unknown): boolean => error instanceof KubeError && error.code === 409;
export const isExpired = (error: unknown): boolean => error instanceof KubeError && error.code === 410;
