import { asNumber, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { callChat, pauseOf } from './call-chat.ts';
import type { ChatDeps } from './call-chat.ts';
import { ChatError } from './chat-error.ts';
import type { CallbackRequest, Challenge, ChatMessage, ChatPlatform, Click, Refused } from './platform.ts';
import { isSameText } from './same-text.ts';
import { keyboardOf, telegramText } from './telegram-text.ts';

export interface TelegramOptions {
  readonly token: string;
  /** `secret_token` of `setWebhook`. */
  readonly secretToken: string;
  /** Id of a chat, or `@name` of a public channel. */
  readonly chat: string;
  /** `https://api.telegram.org` */
  readonly apiUrl: string;
}

/** Of a notice above the chat, in characters. */
const longestReply = 200;

/** Telegram by a bot: messages are edited in place, clicks come by its webhook with the secret token. */
export function createTelegram(deps: ChatDeps, options: TelegramOptions): ChatPlatform {
  const call = (method: string, body: unknown, signal: AbortSignal) =>
    callTelegram(deps, options, method, body, signal);
  return {
    name: 'telegram',
    takesClicks: true,
    edits: true,
    async post(message, signal) {
      const answer = asRecord(
        await call('sendMessage', { chat_id: options.chat, ...bodyOf(message) }, signal),
      );
      const chat = asNumber(asRecord(answer['chat'])['id']);
      return { channel: String(chat ?? options.chat), id: String(asNumber(answer['message_id']) ?? '') };
    },
    async edit({ channel, id }, message, signal) {
      await call('editMessageText', { chat_id: channel, message_id: Number(id), ...bodyOf(message) }, signal);
    },
    readClick: (request) => readTelegramClick(request, options.secretToken),
    async reply({ handle }, text, signal) {
      const body = {
        callback_query_id: handle['query'],
        text: text.slice(0, longestReply),
        show_alert: true,
      };
      await call('answerCallbackQuery', body, signal);
    },
  };
}

const bodyOf = (message: ChatMessage) => ({
  text: telegramText(message),
  parse_mode: 'HTML',
  link_preview_options: { is_disabled: true },
  reply_markup: keyboardOf(message),
});

async function callTelegram(
  deps: ChatDeps,
  { token, apiUrl }: TelegramOptions,
  method: string,
  body: unknown,
  signal: AbortSignal,
): Promise<unknown> {
  const attempt = `Telegram ${method}`;
  // The token is a part of the path: no message may name the URL.
  const url = `${apiUrl.replace(/\/+$/, '')}/bot${token}/${method}`;
  const { status, json, retryAfterMs } = await callChat(deps, { attempt, url, body }, signal);
  if (status === 200 && json['ok'] === true) return json['result'];
  const said = asText(json['description']) ?? '';
  // An edit that changes nothing is an error of Telegram's: the message shows already what it should.
  if (method === 'editMessageText' && /message is not modified/i.test(said)) return undefined;
  const pause = pauseOf(asRecord(json['parameters'])['retry_after']) ?? retryAfterMs;
  const text = said
    .replaceAll(token, '***')
    .replaceAll(/[^ -~]/g, '')
    .slice(0, 120);
  throw new ChatError(`${attempt} answered ${status}${text === '' ? '' : ` (${text})`}`, {
    retryAfterMs: status === 429 ? pause : undefined,
    isGone: /message (?:to edit not found|can't be edited)|MESSAGE_ID_INVALID/i.test(said),
  });
}

/** Reads an update. Telegram signs nothing: whoever knows the secret token is Telegram. */
function readTelegramClick(request: CallbackRequest, secretToken: string): Click | Challenge | Refused {
  const given = request.headers['x-telegram-bot-api-secret-token'];
  // guard: telegram-knows-its-secret-token
  if (!isSameText(typeof given === 'string' ? given : '', secretToken))
    return { kind: 'refused', status: 401, why: 'the secret token of the webhook is missing or wrong' };
  const update = parse(request.rawBody);
  if (update === undefined) return { kind: 'refused', status: 400, why: 'the update cannot be read' };
  const query = asRecord(asRecord(update)['callback_query']);
  const [id, token] = [asText(query['id']), asText(query['data'])];
  const user = asNumber(asRecord(query['from'])['id']);
  if (id === undefined || token === undefined || user === undefined) return { kind: 'challenge' };
  return { kind: 'click', user: String(user), token, handle: { query: id } };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
