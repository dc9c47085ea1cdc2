import { startDeadline } from '@sluice/lib/time/deadline.ts';
import type { RunningDeadline } from '@sluice/lib/time/deadline.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '@sluice/lib/ports/http.ts';
import { parseObject, readBody } from './read-body.ts';
import { errorOfAnswer, errorOfFailure } from './status-error.ts';

export interface KubeTransportOptions {
  readonly http: HttpClient;
  /** `https://host:port`, with a path when the API server is behind one. */
  readonly server: string;
  /** Adds the credentials; called for every request, because tokens rotate. */
  readonly authorize: (
    headers: Readonly<Record<string, string>>,
  ) => Promise<Readonly<Record<string, string | readonly string[]>>>;
  readonly clock: Clock;
  /** Deadline of a whole call (of a watch: until its headers); default 30 s. */
  readonly deadlineMs?: number;
  readonly userAgent?: string;
}

export interface KubeCall {
  /** The attempt, for messages: `patch Deployment test/podinfo`. */
  readonly attempt: string;
  readonly method: HttpRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: unknown;
}

export interface KubeTransport {
  /** The answer's JSON object; anything but 2xx rejects with `KubeError`. */
  call(call: KubeCall, signal: AbortSignal): Promise<Record<string, unknown>>;
  /** The open answer of a watch; its body ends when `signal` aborts. */
  open(call: KubeCall, signal: AbortSignal): Promise<HttpResponse>;
}

const defaultDeadlineMs = 30_000;
const longestAnswerBytes = 64 * 1024 * 1024;
const longestErrorBytes = 256 * 1024;

/** HTTP and JSON, deadlines and errors of the Kubernetes API; the callers add the verbs. */
export function createKubeTransport(options: KubeTransportOptions): KubeTransport {
  const open = async (call: KubeCall, signal: AbortSignal): Promise<HttpResponse> => {
    const response = await options.http.send(await requestOf(options, call), signal);
    if (response.status >= 200 && response.status < 300) return response;
    const text = await readBody(response, longestErrorBytes);
    throw errorOfAnswer(call.attempt, { status: response.status, headers: response.headers, text });
  };

  return {
    call: (call, signal) =>
      attempt(options, call, signal, async (deadline) => {
        const text = await readBody(await open(call, deadline.signal), longestAnswerBytes);
        const answer = parseObject(text);
        if (answer === undefined) throw new Error('the answer is not a JSON object');
        deadline.end();
        return answer;
      }),
    open: (call, signal) =>
      attempt(options, call, signal, async (deadline) => {
        const response = await open(call, deadline.signal);
        // The watch continues until its caller ends it.
        deadline.met();
        return response;
      }),
  };
}

/** Runs `work`, which ends the deadline itself on success. Every failure becomes a `KubeError` that names the call. */
async function attempt<Result>(
  { clock, deadlineMs: ms = defaultDeadlineMs }: KubeTransportOptions,
  call: KubeCall,
  signal: AbortSignal,
  work: (deadline: RunningDeadline) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const overdue = (): Error => errorOfFailure(call.attempt, `nothing within ${ms / 1000} s`, 'Timeout');
  const deadline = startDeadline({ clock, ms, signal, overdue });
  try {
    return await work(deadline);
  } catch (error) {
    deadline.end();
    if (signal.aborted) throw signal.reason;
    throw errorOfFailure(call.attempt, error);
  }
}

async function requestOf(options: KubeTransportOptions, call: KubeCall): Promise<HttpRequest> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  const headers = await options.authorize({
    accept: call.accept ?? 'application/json',
    'user-agent': options.userAgent ?? 'sluice',
    ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
  });
  return {
    method: call.method,
    url: `${options.server.replace(/\/+$/, '')}${call.path}${search}`,
    headers,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  };
}
