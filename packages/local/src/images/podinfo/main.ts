/**
 * Stands in for podinfo's image: the same paths, flags and metrics, in one small process that binds `$POD_IP`. Uses no
 * third-party packages, so that it starts fast.
 */
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import { createRequestMetrics } from './request-metrics.ts';
import { answerRequest, type PodinfoState } from './routes.ts';
import { readSettings } from './settings.ts';

const largestBody = 16 * 1024 * 1024;
/** Milliseconds to serve after a stop signal, for requests sent before the pod left the endpoints. */
const lingerMs = 300;
const shutdownTimeoutMs = 5_000;

const settings = readSettings(process.argv.slice(2), process.env);
const metrics = createRequestMetrics();
const state: PodinfoState = {
  ready: !settings.unready,
  healthy: !settings.unhealthy,
  env: process.env,
  metrics,
  exit: (code) => process.exit(code),
};

let isStopping = false;

const say = (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
  const ts = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level: 'info', ts, msg: message, ...fields })}\n`);
};

async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const began = performance.now();
  const path = (incoming.url ?? '/').split('?')[0] ?? '/';
  const method = incoming.method ?? 'GET';
  const body = await readBounded(incoming, largestBody);
  if (body === undefined) return void response.writeHead(413).end();
  const { label, answer } = answerRequest({ method, path, headers: incoming.headers, body }, state, settings);
  const isProbe = label === 'healthz' || label === 'readyz' || label === 'metrics';
  const failure = settings.randomError && !isProbe ? randomFailure() : undefined;
  const delay = (answer.delaySeconds ?? 0) + (settings.randomDelay && !isProbe ? Math.random() * 5 : 0);
  if (delay > 0) await sleep(delay * 1_000);
  const status = failure ?? answer.status;
  metrics.observe(method, label, status, (performance.now() - began) / 1_000);
  const type = answer.type === undefined ? {} : { 'content-type': answer.type };
  // An idle connection would keep the server, and so the pod, from ending.
  if (isStopping) response.setHeader('connection', 'close');
  response.writeHead(status, { ...type, 'x-color': encodeURI(settings.color) });
  response.end(failure === undefined ? answer.body : `${failure}\n`);
}

function randomFailure(): number | undefined {
  return Math.random() < 1 / 3 ? [500, 400, 409][Math.floor(Math.random() * 3)] : undefined;
}

function start(listener: RequestListener, port: number): Server {
  const server = createServer({ keepAliveTimeout: 30_000 }, listener);
  server.on('error', (error) => {
    process.stderr.write(`podinfo: ${settings.host}:${port}: ${error.message}\n`);
    process.exit(1);
  });
  return server.listen({ host: settings.host, port });
}

async function shutDown(servers: readonly Server[], signal: string): Promise<void> {
  say('Shutting down HTTP server', { signal, timeoutMs: shutdownTimeoutMs });
  isStopping = true;
  state.ready = false;
  state.healthy = false;
  setTimeout(() => process.exit(1), shutdownTimeoutMs).unref();
  await sleep(lingerMs);
  await Promise.all(
    servers.map((server) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      return promise;
    }),
  );
  process.exit(0);
}

const listener: RequestListener = (incoming, response) => {
  serve(incoming, response).catch(() => response.destroy());
};
const servers = [start(listener, settings.port)];
if (settings.metricsPort > 0 && settings.metricsPort !== settings.port) {
  servers.push(start(listener, settings.metricsPort));
}
if (settings.grpcPort > 0) {
  const { startHealthService } = await import('./grpc-health.ts');
  startHealthService(settings.host, settings.grpcPort, () => state.healthy);
}
if (settings.unknown.length > 0) {
  process.stderr.write(`podinfo stand-in: flags without meaning here: ${settings.unknown.join(', ')}\n`);
}
say('Starting podinfo', { version: settings.version, host: settings.host, port: settings.port });
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void shutDown(servers, signal).catch(() => process.exit(1)));
}
