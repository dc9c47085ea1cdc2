import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { ServiceEndpoints } from '../endpoints.ts';
import type { RoundRobin } from '../round-robin.ts';
import { record } from '../pod.ts';
import type { Upstream } from '../upstream.ts';
import { readBackend, type Filter } from './route-rule.ts';
import { Readable } from 'node:stream';

const largestBody = 1024 * 1024;
const timeoutMs = 10_000;

export interface MirrorDeps {
  readonly upstream: Upstream;
  readonly endpoints: ServiceEndpoints;
  readonly turns: RoundRobin;
  readonly random: () => number;
}

/**
 * Sends copies of the request where RequestMirror filters say; their answers are thrown away and nothing of
 * them reaches the client. Bodies above 1 MiB are not mirrored.
 */
export function mirrorRequest(
  deps: MirrorDeps,
  incoming: IncomingMessage,
  copy: { readonly path: string; readonly headers: OutgoingHttpHeaders },
  filters: readonly Filter[],
  namespace: string,
): void {
  const mirrors = filters
    .filter((filter) => filter['type'] === 'RequestMirror')
    .map((filter) => record(filter['requestMirror']))
    .filter((mirror) => deps.random() < shareOf(mirror));
  if (mirrors.length === 0) return;
  void readBody(incoming).then(async (body) => {
    if (body === undefined) return;
    await Promise.allSettled(
      mirrors.map((mirror) => sendCopy(deps, incoming.method ?? 'GET', copy, body, mirror, namespace)),
    );
  });
}

function shareOf(mirror: Readonly<Record<string, unknown>>): number {
  const fraction = record(mirror['fraction']);
  if (typeof mirror['percent'] === 'number') return mirror['percent'] / 100;
  if (typeof fraction['numerator'] !== 'number') return 1;
  const { denominator } = fraction;
  return fraction['numerator'] / (typeof denominator === 'number' ? denominator : 100);
}

/** Listens beside the relay, which reads the same stream; undefined: too large, or cut. */
function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | undefined>();
  const { headers } = incoming;
  const bodyless = headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
  if (bodyless) return Promise.resolve(Buffer.alloc(0));
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
  const hasBody = body.length > 0;
  const headers = hasBody ? { ...copy.headers, 'content-length': body.length } : copy.headers;
  const request = { method, path: copy.path, headers, fresh: hasBody, timeoutMs };
  const attempt = await deps.upstream.send(
    endpoint,
    hasBody ? { ...request, body: Readable.from([body]) } : request,
    AbortSignal.timeout(timeoutMs),
  );
  if (attempt.kind !== 'answered') return;
  attempt.answer.on('error', () => undefined);
  attempt.answer.resume();
}
