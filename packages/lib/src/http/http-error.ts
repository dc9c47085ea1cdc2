import { SluiceError } from '../errors/sluice-error.ts';

export type HttpFailure =
  | 'unresolved'
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'invalid-response'
  | 'tls'
  | 'bad-url'
  | 'denied'
  | 'other';

/** Trying again changes nothing. */
const final: ReadonlySet<HttpFailure> = new Set(['bad-url', 'tls', 'denied']);

/** No HTTP answer came. `failure` says why in one word; the message names the masked URL. */
export class HttpError extends SluiceError {
  override readonly name = 'HttpError';
  readonly failure: HttpFailure;

  constructor(failure: HttpFailure, message: string, cause?: unknown) {
    super(message, { cause, retryable: !final.has(failure) });
    this.failure = failure;
  }
}
