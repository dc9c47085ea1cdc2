import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { findStranger } from '@sluice/lib/http/strangers.ts';
import { endToEndHeaders } from '../headers.ts';
import { relay, type RelayResult } from '../relay.ts';
import { applyCors } from './cors.ts';
import { modifyHeaders, redirect, rewrite } from './filters.ts';
import { mirrorRequest, type MirrorDeps } from './mirror.ts';
import type { RouteEntry } from './route-precedence.ts';
import type { Backend, Filter } from './route-rule.ts';
import type { RouteTable } from './route-table.ts';
import type { OwnError, TrafficCounters } from './traffic-counters.ts';
import type { WeightedChoice } from './weighted-choice.ts';

export interface RoutingDeps extends MirrorDeps {
  readonly table: () => RouteTable;
  readonly counters: TrafficCounters;
  readonly choice: WeightedChoice;
}

/** Gateway API leaves the default to the implementation. */
const answerTimeoutMs = 10 * 60_000;

interface Target {
  readonly path: string;
  readonly search: string;
  /** As the client wrote it, with its port. */
  readonly host: string;
}

/** Answers one request by the routes at the time of its arrival. */
export async function routeRequest(
  deps: RoutingDeps,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = readTarget(incoming);
  const entry = deps.table().find({
    method: incoming.method ?? 'GET',
    host: target.host.replace(/:\d+$/, '').toLowerCase(),
    path: target.path,
    query: new URLSearchParams(target.search),
    headers: incoming.headers,
  });
  if (entry === undefined) {
    // What is relayed is the application's concern; this answer is the gateway's own.
    const stranger = findStranger(incoming, () => false);
    // guard: the-gateway-tells-strangers-nothing
    if (stranger !== undefined) return refuse(deps, response, stranger.status, 'no-route', stranger.message);
    return refuse(deps, response, 404, 'no-route', 'no HTTPRoute matches');
  }
  const elsewhere = redirect(target, entry.rule.filters, entry.match.path);
  if (elsewhere !== undefined) {
    response.writeHead(elsewhere.status, { location: elsewhere.location, 'content-length': '0' });
    return void response.end();
  }
  const cors = applyCors(incoming, entry.rule.filters);
  if (cors?.isPreflight === true) return void response.writeHead(204, cors.headers).end();
  const backend = chooseBackend(deps, entry);
  if (backend === undefined || deps.endpoints.find(backend.name, backend.port) === undefined) {
    const message =
      backend?.problem?.message ?? `HTTPRoute ${entry.rule.route} leads to no Service that exists`;
    return refuse(deps, response, 500, 'no-backend', message);
  }
  await relayTo(deps, backend, entry, target, incoming, response);
}

function readTarget(incoming: IncomingMessage): Target {
  // Clients that use the gateway as their proxy send the absolute form.
  const url = URL.parse(incoming.url ?? '/');
  if (url !== null && url.protocol === 'http:')
    return { path: url.pathname, search: url.search, host: url.host };
  const [path = '/', ...search] = (incoming.url ?? '/').split('?');
  const query = search.length === 0 ? '' : `?${search.join('?')}`;
  return { path, search: query, host: incoming.headers.host ?? '' };
}

function chooseBackend(deps: RoutingDeps, entry: RouteEntry): Backend | undefined {
  const { backends, key } = entry.rule;
  const index = deps.choice.next(
    key,
    backends.map((backend) => backend.weight),
  );
  const backend = index === undefined ? undefined : backends[index];
  return backend?.problem === undefined ? backend : undefined;
}

async function relayTo(
  deps: RoutingDeps,
  backend: Backend,
  entry: RouteEntry,
  target: Target,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const filters = [...entry.rule.filters, ...backend.filters];
  const { path, host } = rewrite(target, filters, entry.match.path);
  const headers = requestHeaders(incoming, host, filters);
  const namespace = entry.rule.route.slice(0, entry.rule.route.indexOf('/'));
  const name = `${backend.name.namespace}/${backend.name.service}:${backend.port}`;
  const body = mirrorRequest(deps, incoming, { path, headers }, filters, namespace);
  const result = await relay({
    upstream: deps.upstream,
    incoming,
    body,
    response,
    candidates: () => deps.turns.order(name, deps.endpoints.find(backend.name, backend.port) ?? []),
    path,
    headers,
    timeoutMs: entry.rule.timeoutMs ?? answerTimeoutMs,
    mapResponseHeaders: (answered) => ({
      ...modifyHeaders(answered, filters, 'ResponseHeaderModifier'),
      ...applyCors(incoming, filters)?.headers,
    }),
  });
  conclude(deps, response, entry.rule.route, name, result);
}

function requestHeaders(
  incoming: IncomingMessage,
  host: string,
  filters: readonly Filter[],
): OutgoingHttpHeaders {
  const client = incoming.socket.remoteAddress ?? '';
  const before = incoming.headers['x-forwarded-for'];
  const forwarded = before === undefined ? client : `${String(before)}, ${client}`;
  const headers = { ...endToEndHeaders(incoming.headers), host, 'x-forwarded-for': forwarded };
  return modifyHeaders({ 'x-forwarded-proto': 'http', ...headers }, filters, 'RequestHeaderModifier');
}

function conclude(
  deps: RoutingDeps,
  response: ServerResponse,
  route: string,
  backend: string,
  result: RelayResult,
): void {
  if (result.kind === 'client-gone') return;
  if (result.kind === 'answered') return deps.counters.answered(route, backend, result.status);
  const status = { 'no-endpoints': 503, unreachable: 502, broken: 502, late: 504 }[result.kind];
  refuse(deps, response, status, result.kind, `Service ${backend}: ${result.message}`);
}

export function refuse(
  deps: Pick<RoutingDeps, 'counters'>,
  response: ServerResponse,
  status: number,
  error: OwnError,
  message: string,
): void {
  deps.counters.failed(error);
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain', 'x-sluice-gateway-error': error });
  response.end(`${message}\n`);
}
