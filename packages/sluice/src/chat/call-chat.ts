import { HttpError } from '@sluice/lib/http/http-error.ts';
import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { ChatError } from './chat-error.ts';

export interface ChatDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
}

export interface ChatCall {
  /** For messages: `Slack chat.postMessage`. */
  readonly attempt: string;
  /** May hold a secret: it appears in no message. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ChatAnswer {
  readonly status: number;
  /** Seconds of `Retry-After`, as milliseconds, capped. */
  readonly retryAfterMs: number | undefined;
  /** Empty for a body that is no JSON object. */
  readonly json: JsonRecord;
}

/** Time for a whole call. Slack hangs up on a click after 3 s, but that one is answered before any call. */
const deadlineMs = 10_000;
const longestAnswerBytes = 256 * 1024;
/** A chat may ask for any pause. */
const longestPauseMs = 10 * 60_000;

/** Posts JSON to a chat. Rejects with `ChatError` when no answer came; the caller judges status and body. */
export async function callChat(deps: ChatDeps, call: ChatCall, signal: AbortSignal): Promise<ChatAnswer> {
  const overdue = (): ChatError => new ChatError(`${call.attempt}: no answer within ${deadlineMs / 1000} s`);
  try {
    return await withDeadline({ clock: deps.clock, ms: deadlineMs, signal, overdue }, (bounded) =>
      send(deps.http, call, bounded),
    );
  } catch (error) {
    if (signal.aborted || error instanceof ChatError) throw error;
    // The message of an HttpError names the masked URL; of a webhook even that is more than is needed.
    throw new ChatError(`${call.attempt}: ${error instanceof HttpError ? error.failure : 'no answer'}`);
  }
}

async function send(http: HttpClient, call: ChatCall, signal: AbortSignal): Promise<ChatAnswer> {
  const response = await http.send(
    {
      method: 'POST',
      url: call.url,
      headers: { 'content-type': 'application/json; charset=utf-8', ...call.headers },
      body: JSON.stringify(call.body),
    },
    signal,
  );
  const bytes = await readBounded(response.body, longestAnswerBytes);
  return {
    status: response.status,
    retryAfterMs: pauseOf(response.headers['retry-after']),
    json: parse(bytes),
  };
}

/** Chats send whole seconds. */
export function pauseOf(seconds: unknown): number | undefined {
  const count = Number(seconds);
  if (seconds === undefined || seconds === '' || !Number.isFinite(count) || count < 0) return undefined;
  return Math.min(count * 1000, /* guard: a-chats-pause-is-capped */ longestPauseMs);
}

function parse(bytes: Buffer | undefined): JsonRecord {
  try {
    return asRecord(JSON.parse(bytes?.toString() ?? ''));
  } catch {
    return {};
  }
}
