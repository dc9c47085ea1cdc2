import { HttpError } from '@sluice/lib/http/http-error.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { createInProcessHttp } from './in-process-http.ts';

export interface ReceivedHook {
  /** Path of the URL: scenarios tell hooks apart by it. */
  readonly path: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Milliseconds since the receiver was there. */
  readonly at: number;
  /** What it was told. */
  readonly reply: HookReply;
}

/** What the receiver says: a status, a status with a text, nothing until the caller gives up, or no connection. */
export type HookReply =
  | number
  | { readonly status: number; readonly text?: string; readonly location?: string }
  | 'silence'
  | 'refused';

export interface FakeReceiver {
  readonly http: HttpClient;
  readonly received: readonly ReceivedHook[];
  /** Calls that the caller broke off before they were answered. */
  readonly cancelled: readonly ReceivedHook[];
  /** Queries asked of Prometheus. */
  readonly queries: readonly string[];
  /** Milliseconds since it was there: what `at` counts. */
  now(): number;
  /** Calls of one path, oldest first. */
  calls(path: string): readonly ReceivedHook[];
  reply(path: string, reply: HookReply): void;
  /** Called before each call of a hook gets here. */
  beforeCall: (path: string) => void;
  /** Called when it was answered, before the caller hears it. */
  onCall: (path: string) => void;
}

export type MetricReply = number | 'NaN' | 'error' | undefined;

/** Receives hooks in process. Answers 200 unless told; a URL of host `prometheus` gets `metric` samples. */
export function createFakeReceiver(metric: () => MetricReply, now: () => number): FakeReceiver {
  const received: ReceivedHook[] = [];
  const cancelled: ReceivedHook[] = [];
  const queries: string[] = [];
  const replies = new Map<string, HookReply>();
  const started = now();
  const inner = createInProcessHttp(async (request) => {
    const url = new URL(request.url);
    if (url.hostname === 'prometheus') {
      queries.push(url.searchParams.get('query') ?? '');
      return answerQuery(metric());
    }
    const payload: unknown = await request.json();
    const reply = replies.get(url.pathname) ?? 200;
    const at = now() - started;
    const call = { path: url.pathname, payload: payload as Record<string, unknown>, at, reply };
    received.push(call);
    if (reply === 'silence' || reply === 'refused') {
      request.signal.addEventListener('abort', () => void cancelled.push(call));
      return new Promise<Response>(() => undefined);
    }
    if (typeof reply === 'number') return respond({ status: reply });
    return respond(reply);
  });
  const receiver: FakeReceiver = {
    beforeCall: () => undefined,
    onCall: () => undefined,
    http: {
      async send(request, signal) {
        const { pathname } = new URL(request.url);
        receiver.beforeCall(pathname);
        if (replies.get(pathname) === 'refused')
          throw new HttpError(
            'refused',
            `${request.method} ${maskUrl(request.url)}: connection refused; nothing listens there`,
          );
        const answer = await inner.send(request, signal);
        receiver.onCall(pathname);
        return answer;
      },
    },
    received,
    cancelled,
    queries,
    now: () => now() - started,
    calls: (path) => received.filter((call) => call.path === path),
    reply: (path, reply) => void replies.set(path, reply),
  };
  return receiver;
}

function respond(reply: { readonly status: number; readonly text?: string; readonly location?: string }) {
  const headers: Record<string, string> = reply.location === undefined ? {} : { location: reply.location };
  // The Fetch standard allows no body at all with these.
  const body = reply.status === 204 || reply.status === 304 ? null : (reply.text ?? '');
  return new Response(body, { status: reply.status, headers });
}

function answerQuery(value: MetricReply): Response {
  if (value === 'error') return new Response('the disk is full', { status: 500 });
  const result = value === undefined ? [] : [{ metric: {}, value: [0, String(value)] }];
  return Response.json({ status: 'success', data: { resultType: 'vector', result } });
}
