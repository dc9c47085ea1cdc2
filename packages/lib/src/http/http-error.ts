import { SluiceError } from '../errors/sluice-error.ts';

export type HttpFailure =
  'unresolved' | 'refused' | 'reset' | 'timeout' | 'invalid-response' | 'tls' | 'bad-url' | 'other';

/** No HTTP answer came. `failure` says why in one word; the message names the masked URL. */
export class HttpError extends SluiceError {
  override readonly name = 'HttpError';
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure, message: string, cause?: unknown) {
    super(message, { cause, retryable: failure !== 'bad-url' && failure !== 'tls' });
    this.failure = failure;
  }
}
