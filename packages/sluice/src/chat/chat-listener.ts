import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { createClickLimit } from './click-limit.ts';
import type { Click } from './platform.ts';
import type { Chat } from './sync-message.ts';

export interface ListenerDeps {
  readonly chats: readonly Chat[];
  /** Works on a click after it was acknowledged. Never rejects. */
  readonly onClick: (chat: Chat, click: Click) => Promise<void>;
  /** Problems for /healthz; with `isReady` false it answers 503. */
  readonly health: () => { readonly isReady: boolean; readonly problems: readonly string[] };
  readonly clock: Clock;
  readonly log: Log;
}

/** Slack sends the message along with the click. */
const longestBodyBytes = 256 * 1024;
/** Clicks worked on at a time, and requests whose body is awaited. */
const mostAtOnce = 32;
const mostReading = 64;

/**
 * Answers `POST /slack` and `POST /telegram`, and `GET /healthz`. A click is acknowledged first and worked on then: Slack hangs up
 * after 3 s. Nothing but a POST does anything.
 */
export function createChatListener(deps: ListenerDeps): RequestListener {
  const state: State = {
    deps,
    running: 0,
    reading: 0,
    warnings: createClickLimit(deps.clock, { most: 5, perMs: 60_000 }),
  };
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://listener').pathname;
    if (path === '/healthz') return health(deps, response);
    const chat = deps.chats.find(({ platform }) => platform.takesClicks && path === `/${platform.name}`);
    if (chat === undefined)
      return answer(response, 404, 'there is /slack, /telegram and /healthz, if they are configured');
    // guard: a-get-decides-nothing
    if (request.method !== 'POST')
      return answer(response.setHeader('allow', 'POST'), 405, 'only a POST does anything');
    if (state.reading >= mostReading) return busy(response);
    void take(state, chat, request, response).catch((error: unknown) => {
      deps.log.debug('callback broke off', { chat: chat.platform.name, error: describeError(error) });
      response.destroy();
    });
  };
}

interface State {
  readonly deps: ListenerDeps;
  running: number;
  reading: number;
  /** Of requests without proof: anybody can send those, and each would be a line of the log. */
  readonly warnings: ReturnType<typeof createClickLimit>;
}

async function take(
  state: State,
  chat: Chat,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { deps } = state;
  const { name } = chat.platform;
  state.reading += 1;
  // Not destroyed when it is too long: it would take the answer with it.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const rawBody = await readBounded(body, /* guard: a-callback-is-bounded */ longestBodyBytes).finally(
    () => (state.reading -= 1),
  );
  if (rawBody === undefined)
    return answer(response.setHeader('connection', 'close'), 413, 'the body is too long');
  const read = chat.platform.readClick({ headers: request.headers, rawBody, now: deps.clock.now() });
  if (read.kind === 'refused') {
    if (state.warnings.take(name)) deps.log.warn('callback refused', { chat: name, why: read.why });
    return answer(response, read.status, read.why);
  }
  if (read.kind === 'challenge') return answer(response, 200, '');
  if (state.running >= mostAtOnce) return busy(response);
  answer(response, 200, '');
  state.running += 1;
  await deps.onClick(chat, read).finally(() => (state.running -= 1));
}

function health({ health: look }: ListenerDeps, response: ServerResponse): void {
  const { isReady, problems } = look();
  answer(response, isReady ? 200 : 503, problems.length === 0 ? 'ok' : problems.join('\n'));
}

const busy = (response: ServerResponse): void =>
  answer(response.setHeader('retry-after', '5'), 503, 'too many clicks at once');

function answer(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    // A body would become a message in Slack.
    .end(text === '' ? '' : `${text}\n`);
}
