import type { IncomingHttpHeaders } from 'node:http';

export interface PodinfoRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface PodinfoAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body: string | Buffer;
  /** Delay before the answer is sent. */
  readonly delaySeconds?: number;
}
