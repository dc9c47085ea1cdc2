/** The HTTP client for all outgoing requests: pooled, cancellable, redirects never followed. */
export interface HttpClient {
  /**
   * Sends one request. Resolves as soon as the status line and headers are there; the body is read by
   * the caller, who must consume or `discard()` it. Rejects with `HttpError` when no answer came
   * (name not resolved, refused, reset, broken HTTP, time-out) and with the signal's reason when aborted.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Absolute, http or https. */
  readonly url: string;
  /** A list is sent as one line for each value. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Accept any server certificate (a hook's `disableTLS`, a template's `insecureSkipVerify`). */
  readonly insecureSkipVerify?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; the values of repeated headers are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  /** Drops the rest of the body and frees the connection. */
  discard(): Promise<void>;
}

/** PEM texts. `rejectUnauthorized: false` accepts any server certificate, for every request of the client. */
export interface TlsOptions {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly passphrase?: string;
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}
