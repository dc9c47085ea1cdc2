import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/** A request that the tester refuses. The message is the answer's text, a sentence for the caller. */
export class TesterError extends SluiceError {
  override readonly name = 'TesterError';
  readonly status: 400 | 403 | 413 | 503;

  constructor(status: 400 | 403 | 413 | 503, message: string) {
    super(message, { retryable: status === 503 });
    this.status = status;
  }
}
