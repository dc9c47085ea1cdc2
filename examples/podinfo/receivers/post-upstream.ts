/** A chat service did not take a message. `status` is what the hook's sender is answered, so that it tries again. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly status: 429 | 502;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, status: 429 | 502, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface UpstreamCall {
  /** For messages; the URL itself holds the token and is never shown. */
  readonly service: string;
  readonly url: string;
  readonly body: unknown;
  /** In milliseconds; covers the whole answer. */
  readonly timeoutMs: number;
}

const ANSWER_LIMIT_BYTES = 16 * 1024;

/** Posts JSON. Rejects with `UpstreamError` on anything but a 2xx in time. */
export async function postUpstream(call: UpstreamCall): Promise<void> {
  const { service } = call;
  const signal = AbortSignal.timeout(call.timeoutMs);
  let response: Response;
  try {
    response = await fetch(call.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(call.body),
      // Following would hand the message to whoever the service names.
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    throw new UpstreamError(`${service} could not be reached: ${causeOf(error, call)}`, 502);
  }
  const answer = await readStart(response);
  if (response.ok) return;
  if (response.status === 429) {
    throw new UpstreamError(`${service} asks to slow down`, 429, retryAfterOf(response, answer));
  }
  throw new UpstreamError(`${service} answered ${response.status}${reasonOf(answer)}`, 502);
}

/** Never the error's own text: fetch puts the URL, and with it the token, into some of them. */
function causeOf(error: unknown, call: UpstreamCall): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `no answer within ${call.timeoutMs / 1000} s`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return 'the request failed; check the URL';
}

/** Empty when the answer breaks off: the status has been seen, and decides. */
async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= ANSWER_LIMIT_BYTES) break;
    }
  } catch {
    return '';
  }
  return Buffer.concat(chunks).toString();
}

/** Telegram says it in the body, Slack in the header; seconds, at least one. */
function retryAfterOf(response: Response, answer: string): number {
  const fromHeader = Number(response.headers.get('retry-after'));
  const fromBody = Number(/"retry_after"\s*:\s*(\d+)/.exec(answer)?.[1]);
  return [fromHeader, fromBody, 1].find((seconds) => Number.isInteger(seconds) && seconds > 0) ?? 1;
}

function reasonOf(answer: string): string {
  const description = /"description"\s*:\s*"([^"]{1,200})/.exec(answer)?.[1];
  const text = description ?? (/^[a-z_]{1,60}$/.test(answer.trim()) ? answer.trim() : undefined);
  return text === undefined ? '' : ` (${text})`;
}
