import type { ServerResponse } from 'node:http';
import type { HookReply } from '../fakes/fake-receiver.ts';
import { startReceiver } from '../fakes/receiver.ts';
import type { Received } from '../fakes/receiver.ts';

/** Who answers the hooks and the queries of one namespace. */
export interface HookSide {
  /** `http://127.0.0.1:1234/NAMESPACE`: before the path of a hook, or of Prometheus' API. */
  readonly url: string;
  readonly calls: readonly { readonly path: string; readonly payload: Readonly<Record<string, unknown>> }[];
  reply(path: string, reply: HookReply): void;
  measure(value: number): void;
}

export interface HookReceiver extends AsyncDisposable {
  side(namespace: string): HookSide;
}

interface Side {
  readonly calls: { path: string; payload: Record<string, unknown> }[];
  readonly replies: Map<string, HookReply>;
  measured: number;
}

/** One real HTTP server for the hooks of many namespaces; by default answers 200, and 100 to queries. */
export async function startHookReceiver(): Promise<HookReceiver> {
  const sides = new Map<string, Side>();
  const sideOf = (namespace: string): Side => {
    const side = sides.get(namespace) ?? { calls: [], replies: new Map(), measured: 100 };
    sides.set(namespace, side);
    return side;
  };
  const server = await startReceiver((response, request) => {
    const [, namespace = '', ...rest] = new URL(request.path, 'http://receiver').pathname.split('/');
    answer(response, request, sideOf(namespace), `/${rest.join('/')}`);
  });
  return {
    side(namespace) {
      const side = sideOf(namespace);
      return {
        url: `${server.url}/${namespace}`,
        calls: side.calls,
        reply: (path, reply) => void side.replies.set(path, reply),
        measure: (value) => void (side.measured = value),
      };
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function answer(response: ServerResponse, request: Received, side: Side, path: string): void {
  if (path.startsWith('/api/v1/')) {
    const result = [{ metric: {}, value: [0, String(side.measured)] }];
    const body = { status: 'success', data: { resultType: 'vector', result } };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    return;
  }
  const reply = side.replies.get(path) ?? 200;
  side.calls.push({ path, payload: JSON.parse(request.body) as Record<string, unknown> });
  if (reply === 'silence') return;
  if (reply === 'refused') return void response.destroy();
  if (typeof reply === 'number') return void response.writeHead(reply).end();
  if (reply.location !== undefined) response.setHeader('location', reply.location);
  response.writeHead(reply.status).end(reply.text ?? '');
}
