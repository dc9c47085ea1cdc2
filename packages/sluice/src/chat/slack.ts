import { asText } from '@sluice/lib/json/json-read.ts';
import { callChat } from './call-chat.ts';
import type { ChatDeps } from './call-chat.ts';
import { ChatError } from './chat-error.ts';
import type { ChatPlatform } from './platform.ts';
import { cut, escapeSlack, reasonView, slackBody } from './slack-blocks.ts';
import { readSlackClick } from './slack-click.ts';

export interface SlackOptions {
  /** Bot token with the scope `chat:write`; the bot is a member of the channel. */
  readonly token: string;
  readonly signingSecret: string;
  /** Id of a channel, `C0123ABCD`. */
  readonly channel: string;
  /** `https://slack.com/api` */
  readonly apiUrl: string;
}

/** Errors of `chat.update` after which another attempt cannot succeed. */
const goneErrors = ['message_not_found', 'cant_update_message', 'edit_window_closed'];
const longestReply = 2_000;

/** Slack by a bot: messages are edited in place, clicks come signed by interactivity requests. */
export function createSlack(deps: ChatDeps, options: SlackOptions): ChatPlatform {
  const call = (method: string, body: unknown, signal: AbortSignal) =>
    callSlack(deps, options, method, body, signal);
  return {
    name: 'slack',
    takesClicks: true,
    edits: true,
    async post(message, signal) {
      const answer = await call(
        'chat.postMessage',
        { channel: options.channel, ...slackBody(message) },
        signal,
      );
      return { channel: asText(answer['channel']) ?? options.channel, id: asText(answer['ts']) ?? '' };
    },
    async edit({ channel, id }, message, signal) {
      await call('chat.update', { channel, ts: id, ...slackBody(message) }, signal);
    },
    readClick: (request) => readSlackClick(request, options.signingSecret),
    async reply({ user, handle }, text, signal) {
      const body = {
        channel: handle['channel'],
        user,
        text: escapeSlack(cut(text, longestReply)),
        parse: 'none',
      };
      await call('chat.postEphemeral', body, signal);
    },
    async askReason({ token, handle }, title, signal) {
      const view = reasonView(title, `${token} ${handle['channel'] ?? ''}`);
      await call('views.open', { trigger_id: handle['trigger'], view }, signal);
    },
  };
}

/** Slack answers 200 with `ok: false` for most errors, and 429 with `Retry-After` above its rate. */
async function callSlack(
  deps: ChatDeps,
  { token, apiUrl }: SlackOptions,
  method: string,
  body: unknown,
  signal: AbortSignal,
) {
  const attempt = `Slack ${method}`;
  const headers = { authorization: `Bearer ${token}` };
  const url = `${apiUrl.replace(/\/+$/, '')}/${method}`;
  const { status, json, retryAfterMs } = await callChat(deps, { attempt, url, headers, body }, signal);
  if (status === 200 && json['ok'] === true) return json;
  const error = asText(json['error'])?.replaceAll(/\W/g, '').slice(0, 60) ?? '';
  const advice = Object.hasOwn(adviceFor, error) ? `; ${adviceFor[error]}` : '';
  throw new ChatError(`${attempt} answered ${error === '' ? status : error}${advice}`, {
    retryAfterMs: status === 429 ? retryAfterMs : undefined,
    isGone: goneErrors.includes(error),
  });
}

const adviceFor: Readonly<Record<string, string>> = {
  channel_not_found: 'write the id of the channel, and invite the bot',
  not_in_channel: 'invite the bot to the channel',
  invalid_auth: 'check the bot token',
  not_authed: 'check the bot token',
  missing_scope: 'give the bot the scope chat:write, and install the app again',
};
