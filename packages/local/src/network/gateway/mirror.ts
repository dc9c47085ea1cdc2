import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import type { ServiceEndpoints } from '../endpoints.ts';
import { hasBody } from '../headers.ts';
import type { RoundRobin } from '../round-robin.ts';
import { record } from '../pod.ts';
import type { Upstream } from '../upstream.ts';
import { readBackend, type Filter } from './route-rule.ts';

const largestBody = 1024 * 1024;
const timeoutMs = 10_000;

export interface MirrorDeps {
  readonly upstream: Upstream;
  readonly endpoints: ServiceEndpoints;
  readonly turns: RoundRobin;
  readonly random: () => number;
}

/**
 * Sends copies of the request to the backends of RequestMirror filters. Their answers are dropped and never reach the
 * client. Bodies above 1 MiB are not mirrored. Returns the body for the backend.
 */
export function mirrorRequest(
  deps: MirrorDeps,
  incoming: IncomingMessage,
  copy: { readonly path: string; readonly headers: OutgoingHttpHeaders },
  filters: readonly Filter[],
  namespace: string,
): Readable {
  const mirrors = filters
    .filter((filter) => filter['type'] === 'RequestMirror')
    .map((filter) => record(filter['requestMirror']))
    .filter((mirror) => deps.random() < shareOf(mirror));
  if (mirrors.length === 0) return incoming;
  void readBody(incoming)
    .then(async (body) => {
      if (body === undefined) return;
      const method = incoming.method ?? 'GET';
      await Promise.all(mirrors.map((mirror) => sendCopy(deps, method, copy, body, mirror, namespace)));
    })
    // Errors of a mirror are ignored.
    .catch(() => undefined);
  // Reading starts the stream, so the backend's body is buffered until the backend is connected.
  return hasBody(incoming) ? incoming.pipe(new PassThrough()) : incoming;
}

function shareOf(mirror: Readonly<Record<string, unknown>>): number {
  const fraction = record(mirror['fraction']);
  if (typeof mirror['percent'] === 'number') return mirror['percent'] / 100;
  if (typeof fraction['numerator'] !== 'number') return 1;
  const { denominator } = fraction;
  return fraction['numerator'] / (typeof denominator === 'number' ? denominator : 100);
}

/** Undefined: too large, or cut. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  if (!hasBody(incoming)) return Promise.resolve(Buffer.alloc(0));
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  });
  incoming.once('end', () => resolve(size <= largestBody ? Buffer.concat(chunks) : undefined));
  incoming.once('close', () => resolve(undefined));
  return promise;
}

async function sendCopy(
  deps: MirrorDeps,
  method: string,
  copy: { readonly path: string; readonly headers: OutgoingHttpHeaders },
  body: Buffer,
  mirror: Readonly<Record<string, unknown>>,
  namespace: string,
): Promise<void> {
  const backend = readBackend(record(mirror['backendRef']), namespace);
  const endpoints = deps.endpoints.find(backend.name, backend.port) ?? [];
  const [endpoint] = deps.turns.order(
    `mirror ${backend.name.namespace}/${backend.name.service}:${backend.port}`,
    endpoints,
  );
  if (endpoint === undefined || backend.problem !== undefined) return;
  const isEmpty = body.length === 0;
  const headers = !isEmpty ? { ...copy.headers, 'content-length': body.length } : copy.headers;
  const request = { method, path: copy.path, headers, fresh: !isEmpty, timeoutMs };
  const attempt = await deps.upstream.send(
    endpoint,
    !isEmpty ? { ...request, body: Readable.from([body]) } : request,
    AbortSignal.timeout(timeoutMs),
  );
  if (attempt.kind !== 'answered') return;
  attempt.answer.on('error', () => undefined);
  attempt.answer.resume();
}
