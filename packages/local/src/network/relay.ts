import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { Endpoint } from './endpoints.ts';
import { endToEndHeaders, hasBody } from './headers.ts';
import type { Attempt, Upstream, UpstreamRequest } from './upstream.ts';

export interface RelayOptions {
  readonly upstream: Upstream;
  readonly incoming: IncomingMessage;
  /** Request body, where it is not read from `incoming`. */
  readonly body?: Readable;
  readonly response: ServerResponse;
  /** Called before each attempt, best first, because endpoints change while a request is retried. */
  readonly candidates: () => readonly Endpoint[];
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** Until the answer's headers, in milliseconds. */
  readonly timeoutMs: number;
  readonly mapResponseHeaders?: (headers: OutgoingHttpHeaders) => OutgoingHttpHeaders;
}

export type RelayResult =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'no-endpoints' | 'unreachable' | 'broken' | 'late'; readonly message: string }
  | { readonly kind: 'client-gone' };

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);
/** Waits between attempts: within them a process restarts, or its pod leaves the list. */
const waitsMs = [20, 100, 300];

/**
 * Streams a request to the first endpoint that takes it, and the answer back. After a failed connection the next
 * endpoint is tried. A connection that breaks before the answer is retried once, when that is safe. Writes nothing to
 * `response` unless an endpoint answered.
 */
export async function relay(options: RelayOptions): Promise<RelayResult> {
  const gone = new AbortController();
  const onClose = (): void => {
    if (!options.response.writableFinished) gone.abort();
  };
  options.response.once('close', onClose);
  try {
    return await relayUntilAnswered(options, gone.signal);
  } finally {
    options.response.off('close', onClose);
  }
}

async function relayUntilAnswered(options: RelayOptions, signal: AbortSignal): Promise<RelayResult> {
  const tried = new Set<string>();
  let resets = 0;
  let waits = 0;
  for (;;) {
    const candidates = options.candidates();
    if (candidates.length === 0) return { kind: 'no-endpoints', message: 'no ready endpoints' };
    const endpoint = candidates.find((candidate) => !tried.has(keyOf(candidate))) ?? candidates[0]!;
    const result = await options.upstream.send(endpoint, toUpstream(options, resets > 0), signal);
    if (result.kind === 'answered') return passBack(options, result.answer);
    if (signal.aborted) return { kind: 'client-gone' };
    tried.add(keyOf(endpoint));
    if (result.kind === 'broken' && canRepeat(options.incoming) && resets === 0) {
      resets += 1;
      continue;
    }
    if (result.kind !== 'unreached') return failure(result, endpoint);
    if (options.candidates().some((candidate) => !tried.has(keyOf(candidate)))) continue;
    const wait = waitsMs[waits];
    if (wait === undefined) return failure(result, endpoint);
    waits += 1;
    tried.clear();
    await setTimeout(wait, undefined, { signal }).catch(() => undefined);
  }
}

const keyOf = (endpoint: Endpoint): string => `${endpoint.ip}:${endpoint.port}`;

function failure(result: Exclude<Attempt, { kind: 'answered' }>, endpoint: Endpoint): RelayResult {
  const kinds = { unreached: 'unreachable', broken: 'broken', late: 'late' } as const;
  const where = endpoint.pod === undefined ? keyOf(endpoint) : `${keyOf(endpoint)} (pod ${endpoint.pod})`;
  return { kind: kinds[result.kind], message: `${where}: ${result.error.message}` };
}

function canRepeat(incoming: IncomingMessage): boolean {
  return idempotent.has(incoming.method ?? 'GET') && !hasBody(incoming);
}

function toUpstream(options: RelayOptions, again: boolean): UpstreamRequest {
  const { incoming, path, timeoutMs } = options;
  const chunked = incoming.headers['transfer-encoding'] !== undefined;
  return {
    method: incoming.method ?? 'GET',
    path,
    headers: chunked ? { ...options.headers, 'transfer-encoding': 'chunked' } : options.headers,
    ...(hasBody(incoming) ? { body: options.body ?? incoming } : {}),
    // A request that cannot be repeated must not use a pooled connection that the other side is closing.
    fresh: again || !canRepeat(incoming),
    timeoutMs,
  };
}

function passBack(options: RelayOptions, answer: IncomingMessage): Promise<RelayResult> {
  const { response } = options;
  const status = answer.statusCode ?? 502;
  const headers = endToEndHeaders(answer.headers);
  response.writeHead(status, options.mapResponseHeaders?.(headers) ?? headers);
  const { promise, resolve } = Promise.withResolvers<RelayResult>();
  // `pipeline` destroys both sides on an error, so that a cut answer is seen as cut.
  pipeline(answer, response, (error) => {
    if (error === undefined || error === null) return resolve({ kind: 'answered', status });
    resolve(answer.complete ? { kind: 'client-gone' } : { kind: 'broken', message: error.message });
  });
  return promise;
}
