import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { startFakeChatServer } from './fake-chat-server.ts';
import type { ChatReply, FakeChatServer } from './fake-chat-server.ts';

export interface TelegramMessage {
  readonly chat: number;
  readonly id: number;
  body: JsonRecord;
  edits: number;
}

export interface TelegramPress {
  readonly user?: number;
  readonly secret?: string | null;
  readonly data?: string;
}

export interface FakeTelegram extends FakeChatServer {
  readonly messages: readonly TelegramMessage[];
  /** Notices that only one user saw. */
  readonly notices: readonly { readonly query: string; readonly text: string }[];
  remove(message: TelegramMessage): void;
  /** The update that Telegram sends when somebody presses a button: `Approve` or `Reject`. */
  press(
    message: TelegramMessage,
    label: string,
    options?: TelegramPress,
  ): {
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

export const telegramToken = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
export const telegramSecret = 'telegram-secret-token_0123';
const chat = -1001;

/** Telegram's Bot API as far as a bot needs it, and the updates that Telegram sends. */
export async function startFakeTelegram(): Promise<FakeTelegram> {
  const messages: TelegramMessage[] = [];
  const notices: { query: string; text: string }[] = [];
  const methods = methodsOf(messages, notices);
  let queries = 0;
  const server = await startFakeChatServer(
    ({ path, body }) => {
      const [, bot, method = ''] = path.split('/');
      if (bot !== `bot${telegramToken}`) return refusal(401, 'Unauthorized');
      return methods[method]?.(asRecord(JSON.parse(body))) ?? refusal(404, 'Not Found');
    },
    ({ status, retryAfterS, error = 'Too Many Requests' }) => ({
      status,
      body: {
        ok: false,
        error_code: status,
        description: error,
        ...(retryAfterS === undefined ? {} : { parameters: { retry_after: retryAfterS } }),
      },
    }),
  );
  return Object.assign(server, {
    messages,
    notices,
    remove: (message: TelegramMessage) => void messages.splice(messages.indexOf(message), 1),
    press(
      message: TelegramMessage,
      label: string,
      { user = 42, secret = telegramSecret, data }: TelegramPress = {},
    ) {
      queries += 1;
      const update = {
        update_id: queries,
        callback_query: {
          id: `query-${queries}`,
          from: { id: user, is_bot: false, first_name: 'Somebody' },
          message: { message_id: message.id, chat: { id: message.chat } },
          chat_instance: '1',
          data: data ?? telegramButton(message, label),
        },
      };
      const proof = secret === null ? {} : { 'x-telegram-bot-api-secret-token': secret };
      return { headers: { 'content-type': 'application/json', ...proof }, body: JSON.stringify(update) };
    },
  });
}

const refusal = (status: number, description: string): ChatReply => ({
  status,
  body: { ok: false, error_code: status, description },
});
const done = (result: unknown): ChatReply => ({ status: 200, body: { ok: true, result } });

function methodsOf(
  messages: TelegramMessage[],
  notices: { query: string; text: string }[],
): Readonly<Record<string, (body: JsonRecord) => ChatReply>> {
  let count = 0;
  return {
    sendMessage(body) {
      const problem = problemOf(body);
      if (problem !== undefined) return refusal(400, problem);
      count += 1;
      messages.push({ chat, id: count, body, edits: 0 });
      return done({ message_id: count, chat: { id: chat, type: 'supergroup' } });
    },
    editMessageText(body) {
      const found = messages.find(({ id }) => id === body['message_id']);
      if (found === undefined) return refusal(400, 'Bad Request: message to edit not found');
      const problem = problemOf(body);
      if (problem !== undefined) return refusal(400, problem);
      const isSame = ['text', 'reply_markup'].every(
        (field) => JSON.stringify(found.body[field]) === JSON.stringify(body[field]),
      );
      if (isSame) return refusal(400, 'Bad Request: message is not modified');
      found.body = body;
      found.edits += 1;
      return done({ message_id: found.id, chat: { id: chat } });
    },
    answerCallbackQuery(body) {
      const text = asText(body['text']) ?? '';
      if (text.length > 200) return refusal(400, 'Bad Request: MESSAGE_TOO_LONG');
      notices.push({ query: String(body['callback_query_id']), text });
      return done(true);
    },
  };
}

/** Telegram refuses what it cannot parse, long texts, and callback data over 64 bytes. */
function problemOf(body: JsonRecord): string | undefined {
  const text = asText(body['text']) ?? '';
  const bare = text.replaceAll(/<\/?(?:b|code)>/g, '');
  if (/[<>]/.test(bare)) return "Bad Request: can't parse entities";
  if (bare.length > 4096) return 'Bad Request: message is too long';
  const buttons = asList(asRecord(body['reply_markup'])['inline_keyboard']).flatMap(asList).map(asRecord);
  const tooLong = buttons.some(({ callback_data: data }) => Buffer.byteLength(asText(data) ?? '') > 64);
  return tooLong ? 'Bad Request: BUTTON_DATA_INVALID' : undefined;
}

/** Token of a button; empty when the message has no such button. */
export function telegramButton({ body }: TelegramMessage, label: string): string {
  const rows = asList(asRecord(body['reply_markup'])['inline_keyboard']).flatMap(asList).map(asRecord);
  return asText(rows.find(({ text }) => text === label)?.['callback_data']) ?? '';
}
