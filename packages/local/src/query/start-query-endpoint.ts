import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuardedServer } from '@sluice/lib/http/guarded-server.ts';
import type { GuardedOptions } from '@sluice/lib/http/guarded-server.ts';
import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { LocalStore } from '../contracts.ts';
import { answerQuery, type QueryAnswer } from './query-answer.ts';
import { createSampleStore, type SampleStore } from './sample-store.ts';
import { startScraper } from './scraper.ts';

export interface QueryEndpoint {
  /** `http://127.0.0.1:port`: a Prometheus for MetricTemplates and `-metrics-server`. */
  readonly url: string;
  /** Scrapes every target now, in addition to the scrape each second. */
  scrapeAll(): Promise<void>;
  close(): Promise<void>;
}

export interface QueryEndpointOptions {
  readonly store: LocalStore;
  readonly now: () => number;
  /** 0 takes a free port. */
  readonly port: number;
  readonly scrapeIntervalMs?: number;
}

const host = '127.0.0.1';

const user = process.getuid?.();
const guard: GuardedOptions = { isOwn: () => false, ...(user === undefined ? {} : { onlyUser: user }) };
const retentionMs = 10 * 60_000;
const maxSeries = 20_000;
const largestForm = 64 * 1024;

/** Scrapes the cluster's pods and answers `/api/v1/query` in Prometheus' form. */
export async function startQueryEndpoint(options: QueryEndpointOptions): Promise<QueryEndpoint> {
  const { store, now } = options;
  const samples = createSampleStore({ retentionMs, maxSeries });
  const server = createGuardedServer(guard, (incoming, response) => {
    const send = ({ status, body }: QueryAnswer): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    answer(incoming, samples, now()).then(send, (error: unknown) =>
      send(failure(500, 'internal', describeError(error))),
    );
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const port = await listen(server, options.port);
  const scraper = startScraper({ store, samples, now, intervalMs: options.scrapeIntervalMs ?? 1_000 });
  return {
    url: `http://${host}:${port}`,
    scrapeAll: () => scraper.scrapeAll(),
    async close() {
      scraper.close();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function answer(incoming: IncomingMessage, samples: SampleStore, now: number): Promise<QueryAnswer> {
  const url = new URL(incoming.url ?? '/', 'http://local');
  if (url.pathname === '/-/healthy' || url.pathname === '/-/ready') return { status: 200, body: 'OK' };
  if (url.pathname !== '/api/v1/query') {
    return failure(
      404,
      'not_found',
      `${url.pathname} is not served; the local endpoint has /api/v1/query only`,
    );
  }
  const form = incoming.method === 'POST' ? await readBounded(incoming, largestForm) : Buffer.alloc(0);
  if (form === undefined) return failure(413, 'bad_data', `the form is larger than ${largestForm} bytes`);
  return answerQuery(
    new URLSearchParams([...url.searchParams, ...new URLSearchParams(form.toString('utf8'))]),
    samples,
    now,
  );
}

function failure(status: number, errorType: string, error: string): QueryAnswer {
  return { status, body: { status: 'error', errorType, error } };
}

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('listening', resolve);
  server.once('error', (error: NodeJS.ErrnoException) => {
    const cure =
      error.code === 'EADDRINUSE' ? 'is in use; choose another, or 0 for a free one' : 'cannot be used';
    reject(new SluiceError(`the query endpoint's port ${port} on ${host} ${cure}`, { cause: error }));
  });
  server.listen({ host, port });
  await promise;
  return (server.address() as AddressInfo).port;
}
