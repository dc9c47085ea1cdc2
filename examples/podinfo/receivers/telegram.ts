import type { Hono } from 'hono';
import type { HookMessage } from './hook-message.ts';
import { postUpstream } from './post-upstream.ts';
import { createReceiverApp } from './receiver-app.ts';
import { serveReceiver } from './serve-receiver.ts';
import { telegramMessage } from './telegram-message.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Below the 5 s that the example's hook waits, so that the sender hears why instead of nothing. */
const TIMEOUT_MS = 4000;

/**
 * Takes `post-rollout` hooks on any path and posts them to a Telegram chat when TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID
 * are set; otherwise they are only shown.
 */
export function createTelegramReceiver(
  env: Environment,
  print: (line: string) => void,
  timeoutMs = TIMEOUT_MS,
): Hono {
  const token = env['TELEGRAM_BOT_TOKEN'] || undefined;
  const chat = env['TELEGRAM_CHAT_ID'] || undefined;
  if ((token === undefined) !== (chat === undefined)) {
    print('only one of TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID is set: hooks are shown, not posted');
  }
  const base = (env['TELEGRAM_API_URL'] || 'https://api.telegram.org').replace(/\/+$/, '');
  const forward = (message: HookMessage): Promise<void> =>
    postUpstream({
      service: 'Telegram',
      url: `${base}/bot${token}/sendMessage`,
      body: { chat_id: chat, text: telegramMessage(message), parse_mode: 'HTML' },
      timeoutMs,
    });
  return createReceiverApp({
    path: '*',
    print,
    describe: ({ type, namespace, name, phase, metadata }) =>
      [
        `${type} ${namespace}/${name} ${phase}`,
        ...Object.entries(metadata).map((pair) => pair.join('=')),
      ].join(' '),
    ...(token === undefined || chat === undefined ? {} : { forward }),
  });
}

if (import.meta.main) {
  const app = createTelegramReceiver(process.env, (line) => console.log(line));
  serveReceiver('telegram', app, process.env, 8080);
}
