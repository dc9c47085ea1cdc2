import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { oneLine, readHookMessage } from './hook-message.ts';
import type { HookMessage } from './hook-message.ts';
import { createOnce } from './once.ts';
import { UpstreamError } from './post-upstream.ts';

export interface ReceiverOptions {
  /** Where hooks are posted; `*` takes any path. */
  readonly path: string;
  /** One readable line for the log. */
  readonly describe: (message: HookMessage) => string;
  /** Posts it to the chat service; absent: it is only shown. */
  readonly forward?: (message: HookMessage) => Promise<void>;
  /** Gets one line for each hook. */
  readonly print: (line: string) => void;
}

export interface ReceivedHook extends HookMessage {
  /** RFC 3339. */
  readonly at: string;
  readonly result: 'shown' | 'posted' | 'repeated' | 'failed';
}

const BODY_LIMIT_BYTES = 256 * 1024;
const KEPT = 100;

/** A receiver of hooks: `POST` takes one, `GET /` shows the last 100, `GET /healthz` answers probes. */
export function createReceiverApp(options: ReceiverOptions): Hono {
  const received: ReceivedHook[] = [];
  const once = createOnce();
  const note = (message: HookMessage, result: ReceivedHook['result'], more = ''): void => {
    received.push({ at: new Date().toISOString(), result, ...message });
    if (received.length > KEPT) received.shift();
    options.print(oneLine(`${result}: ${options.describe(message)}${more}`));
  };

  const app = new Hono();
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/', (context) => context.json(received));
  app.post(options.path, limitBody, async (context) => {
    const message = readHookMessage(await context.req.text());
    if ('problem' in message) return context.text(`${message.problem}\n`, 400);
    const { forward } = options;
    try {
      const done = await once.run(
        deliveryOf(message, context),
        () => forward?.(message) ?? Promise.resolve(),
      );
      const result = done === 'repeated' ? 'repeated' : forward === undefined ? 'shown' : 'posted';
      note(message, result);
      return context.text(`${result}\n`);
    } catch (error) {
      return refuse(context, error, (reason) => note(message, 'failed', ` (${reason})`));
    }
  });
  app.notFound((context) => context.text(`not here; hooks are taken by POST ${options.path}\n`, 404));
  return app;
}

/** Not by the `content-length` alone: a chunked body has none. */
export const limitBody = bodyLimit({
  maxSize: BODY_LIMIT_BYTES,
  onError: (context) => context.text(`the body is larger than ${BODY_LIMIT_BYTES / 1024} KiB\n`, 413),
});

const deliveryOf = (message: HookMessage, context: Context): string | undefined =>
  message.deliveryId ?? context.req.header('webhook-id')?.slice(0, 200);

/** Answers a sender whose message was not posted; `tell` gets the reason. */
export function refuse(context: Context, error: unknown, tell: (reason: string) => void): Response {
  if (!(error instanceof UpstreamError)) {
    tell('unexpected');
    return context.text('the message could not be posted\n', 502);
  }
  tell(error.message);
  if (error.retryAfterSeconds !== undefined) context.header('Retry-After', String(error.retryAfterSeconds));
  return context.text(`${error.message}\n`, error.status);
}
