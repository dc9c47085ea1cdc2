import type { HttpClient } from '../../src/ports/http.ts';
import { createInProcessHttp } from './in-process-http.ts';

export interface ReceivedHook {
  /** Path of the URL: scenarios tell hooks apart by it. */
  readonly path: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What the receiver says: a status, a status with a text, or nothing until the caller gives up. */
export type HookReply = number | { readonly status: number; readonly text: string } | 'silence';

export interface FakeReceiver {
  readonly http: HttpClient;
  readonly received: readonly ReceivedHook[];
  /** Calls of one path, oldest first. */
  calls(path: string): readonly ReceivedHook[];
  reply(path: string, reply: HookReply): void;
}

/** Receives hooks in process. Answers 200 unless told; a URL of host `prometheus` gets `metric` samples. */
export function createFakeReceiver(metric: () => number | undefined): FakeReceiver {
  const received: ReceivedHook[] = [];
  const replies = new Map<string, HookReply>();
  const http = createInProcessHttp(async (request) => {
    const url = new URL(request.url);
    if (url.hostname === 'prometheus') return answerQuery(metric());
    const payload: unknown = await request.json();
    received.push({ path: url.pathname, payload: payload as Record<string, unknown> });
    const reply = replies.get(url.pathname) ?? 200;
    if (reply === 'silence') return new Promise<Response>(() => undefined);
    return typeof reply === 'number'
      ? new Response('', { status: reply })
      : new Response(reply.text, { status: reply.status });
  });
  return {
    http,
    received,
    calls: (path) => received.filter((call) => call.path === path),
    reply: (path, reply) => void replies.set(path, reply),
  };
}

function answerQuery(value: number | undefined): Response {
  const result = value === undefined ? [] : [{ metric: {}, value: [0, String(value)] }];
  return Response.json({ status: 'success', data: { resultType: 'vector', result } });
}
