import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** A chat did not do what was asked. The message names chat and method, never a token or the URL of a webhook. */
export class ChatError extends SluiceError {
  override readonly name = 'ChatError';
  /** Pause that the chat asked for, capped; in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The message to be edited is not there any more, or may not be edited. */
  readonly isGone: boolean;

  constructor(
    message: string,
    details: {
      readonly retryAfterMs?: number | undefined;
      readonly isGone?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause, retryable: true });
    this.retryAfterMs = details.retryAfterMs;
    this.isGone = details.isGone ?? false;
  }
}
