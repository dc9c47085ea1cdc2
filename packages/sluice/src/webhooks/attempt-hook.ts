import type { Outcome } from '../api/canary-status.ts';
import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HookCall } from '../ports/hooks.ts';
import type { HttpClient, HttpResponse } from '@sluice/lib/ports/http.ts';
import { ANSWER_TEXT_BYTES, cleanText, limitBytes, readAnswer } from './answer-text.ts';
import { encodePayload } from './encode-payload.ts';
import { isRetryableStatus, outcomeOf, statusLine } from './judge-status.ts';
import { maskSecrets } from './mask-secrets.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface AttemptDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly userAgent: string;
}

export interface Attempt {
  readonly outcome: Outcome;
  readonly code?: number;
  readonly message: string;
  readonly retryable: boolean;
  /** Pause that the receiver asked for, not yet capped; milliseconds. */
  readonly retryAfterMs?: number;
}

/** One HTTP request of a hook under its own deadline, which covers connecting, headers and body. Never rejects. */
export async function attemptHook(
  deps: AttemptDeps,
  call: HookCall,
  attempt: number,
  signal: AbortSignal,
): Promise<Attempt> {
  // guard: a-cancelled-pause-asks-no-more
  if (signal.aborted) return cancelled;
  const { clock, http } = deps;
  const deadline = { clock, ms: call.timeoutMs, signal, overdue: () => timeoutOf(call) };
  try {
    const judged = await withDeadline(deadline, async (bounded) =>
      judge(await http.send(requestOf(deps, call, attempt), bounded), call, clock, bounded),
    );
    return signal.aborted ? /* guard: a-cancelled-answer-is-no-verdict */ cancelled : judged;
  } catch (error) {
    return signal.aborted ? /* guard: a-cancelled-call-is-no-failure */ cancelled : unanswered(error, call);
  }
}

/** More than is kept, so that limitBytes finds what to cut. */
const charactersRead = 2 * ANSWER_TEXT_BYTES;

const cancelled: Attempt = { outcome: 'cancelled', message: 'cancelled', retryable: false };

const timeoutOf = (call: HookCall): HttpError =>
  new HttpError('timeout', `no answer from ${call.shownAs} within ${call.timeoutMs / 1000} s`);

function requestOf(deps: AttemptDeps, call: HookCall, attempt: number) {
  return {
    method: 'POST',
    url: call.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': deps.userAgent,
      'idempotency-key': call.id,
      // Header names of Standard Webhooks, whose signature covers both values.
      'webhook-id': call.id,
      'webhook-timestamp': String(Math.floor(deps.clock.now() / 1000)),
    },
    body: encodePayload(call.payload, call.id, attempt),
    insecureSkipVerify: call.insecureSkipVerify,
  } as const;
}

async function judge(
  response: HttpResponse,
  call: HookCall,
  clock: Clock,
  signal: AbortSignal,
): Promise<Attempt> {
  const { status, headers } = response;
  const outcome = outcomeOf(status);
  const answer = await readAnswer(response, signal);
  const retryAfterMs =
    status === 429 || status === 503 ? parseRetryAfter(headers['retry-after'], clock.now()) : undefined;
  const text = outcome === 'failed' ? redirectText(headers.location, call.url) : cleanText(answer.bytes);
  return {
    outcome,
    code: status,
    message: messageOf(text, { status, cut: answer.cut, timedOut: signal.aborted }, call),
    retryable: isRetryableStatus(status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

interface AnswerEnd {
  readonly status: number;
  readonly cut: boolean;
  readonly timedOut: boolean;
}

function messageOf(text: string, end: AnswerEnd, call: HookCall): string {
  const masked =
    maskSecrets(text, call.url, charactersRead) || (end.status < 300 ? '' : statusLine(end.status));
  if (!end.cut) return limitBytes(masked, ANSWER_TEXT_BYTES);
  const why = end.timedOut ? `after ${call.timeoutMs / 1000} s` : 'by the receiver';
  const note = `(the answer's body was cut ${why})`;
  return `${limitBytes(masked, ANSWER_TEXT_BYTES - note.length - 1)} ${note}`.trim();
}

function redirectText(location: string | undefined, url: string): string {
  if (location === undefined) return 'answered with a redirect to nowhere; redirects are not followed';
  const target = URL.parse(location, url)?.href ?? location;
  return `answered with a redirect to ${maskUrl(target)}; write the final URL`;
}

function unanswered(error: unknown, call: HookCall): Attempt {
  const told = describeError(error).replaceAll(maskUrl(call.url), call.shownAs);
  const text = cleanText(Buffer.from(maskSecrets(told, call.url, charactersRead)));
  return {
    outcome: 'failed',
    message: limitBytes(text, ANSWER_TEXT_BYTES),
    retryable: error instanceof HttpError && error.retryable,
  };
}
