import {
  Agent,
  request,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import type { Endpoint } from './endpoints.ts';

/** Result of one attempt. After `unreached` no byte of the request was sent; after `broken` some may have been. */
export type Attempt =
  | { readonly kind: 'answered'; readonly answer: IncomingMessage }
  | { readonly kind: 'unreached' | 'broken' | 'late'; readonly error: Error };

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** Sent once connected; absent: no body. */
  readonly body?: NodeJS.ReadableStream;
  /** Does not reuse a pooled connection, which the other side may be closing. */
  readonly fresh: boolean;
  /** Until the answer's headers, in milliseconds. */
  readonly timeoutMs: number;
}

export interface Upstream {
  send(endpoint: Endpoint, upstream: UpstreamRequest, signal: AbortSignal): Promise<Attempt>;
  /** Closes idle connections to the pod at `ip` at once, and busy ones when their answer is complete. */
  drop(ip: string): void;
  close(): void;
}

const connectTimeoutMs = 2_000;
/** Most endpoints with pooled connections; hosts of the real network are dropped only by this limit. */
const maxPools = 256;
/** Below the 5 s after which Node's servers close an idle connection. */
const idleTimeoutMs = 3_000;

export function createUpstream(): Upstream {
  const agents = new Map<string, Agent>();
  const retire = (key: string, agent: Agent): void => {
    agents.delete(key);
    agent.maxFreeSockets = 0;
    for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  };
  const agentOf = (endpoint: Endpoint): Agent => {
    const key = `${endpoint.ip}:${endpoint.port}`;
    const known = agents.get(key);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, timeout: idleTimeoutMs, maxFreeSockets: 64 });
    agents.set(key, agent);
    const [oldest] = agents;
    if (agents.size > maxPools && oldest !== undefined) retire(...oldest);
    return agent;
  };
  return {
    send(endpoint, upstream, signal) {
      return attempt(endpoint, upstream, upstream.fresh ? false : agentOf(endpoint), signal);
    },
    drop(ip) {
      for (const [key, agent] of agents) if (key.startsWith(`${ip}:`)) retire(key, agent);
    },
    close() {
      for (const [key, agent] of agents) {
        agents.delete(key);
        agent.destroy();
      }
    },
  };
}

function attempt(
  endpoint: Endpoint,
  upstream: UpstreamRequest,
  agent: Agent | false,
  signal: AbortSignal,
): Promise<Attempt> {
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const { method, path, headers } = upstream;
  const outgoing = request({ host: endpoint.ip, port: endpoint.port, method, path, headers, agent, signal });
  let connected = false;
  let timer = setTimeout(() => outgoing.destroy(new Error('connecting took too long')), connectTimeoutMs);
  const onConnected = (): void => {
    connected = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      resolve({ kind: 'late', error: new Error(`no answer within ${upstream.timeoutMs} ms`) });
      outgoing.destroy();
    }, upstream.timeoutMs);
    sendBody(outgoing, upstream.body);
  };
  outgoing.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', onConnected);
    else onConnected();
  });
  outgoing.on('response', (answer) => {
    clearTimeout(timer);
    resolve({ kind: 'answered', answer });
  });
  // The listener stays: an error after the answer began reaches the answer's stream as well.
  outgoing.on('error', (error) => {
    clearTimeout(timer);
    resolve({ kind: connected ? 'broken' : 'unreached', error });
  });
  return promise;
}

function sendBody(outgoing: ClientRequest, body: NodeJS.ReadableStream | undefined): void {
  if (body === undefined) outgoing.end();
  else body.pipe(outgoing);
}
