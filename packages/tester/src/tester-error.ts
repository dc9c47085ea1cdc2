import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

type RefusalStatus = 400 | 401 | 403 | 404 | 413 | 503;

/** A request that the tester refuses. The message is the answer's text, a sentence for the caller. */
export class TesterError extends SluiceError {
  override readonly name = 'TesterError';
  readonly status: RefusalStatus;

  constructor(status: RefusalStatus, message: string) {
    super(message, { retryable: status === 503 });
    this.status = status;
  }
}
