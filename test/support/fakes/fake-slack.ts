import { createHmac } from 'node:crypto';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { startFakeChatServer } from './fake-chat-server.ts';
import type { ChatReply, FakeChatServer } from './fake-chat-server.ts';
import type { Received } from './receiver.ts';

export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  /** Body of the last post or update. */
  body: JsonRecord;
  edits: number;
}

/** A request that Slack would make to the interactivity URL. */
export interface SlackRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface FakeSlack extends FakeChatServer {
  readonly messages: readonly SlackMessage[];
  /** Texts that only one user saw. */
  readonly ephemeral: readonly { readonly user: string; readonly text: string }[];
  /** Dialogs that are open. */
  readonly views: readonly JsonRecord[];
  /** Somebody deletes a message. */
  remove(message: SlackMessage): void;
  press(message: SlackMessage, action: string, options?: PressOptions): SlackRequest;
  /** Somebody fills in the last dialog. */
  submit(reason: string, options?: PressOptions): SlackRequest;
  sign(payload: unknown, options?: PressOptions): SlackRequest;
  signBody(body: string, options?: PressOptions): SlackRequest;
}

export interface PressOptions {
  readonly user?: string;
  /** Milliseconds since the epoch; default now. */
  readonly at?: number;
  readonly secret?: string;
  /** Instead of the button's own. */
  readonly value?: string;
}

export const slackSecret = 'slack-signing-secret-0123456789';
export const slackToken = 'xoxb-fake-token-0123456789';

/** Slack's Web API as far as a bot needs it, and the requests that Slack makes itself. */
export async function startFakeSlack(now: () => number = Date.now): Promise<FakeSlack> {
  const messages: SlackMessage[] = [];
  const ephemeral: { user: string; text: string }[] = [];
  const views: JsonRecord[] = [];
  const methods = methodsOf({ messages, ephemeral, views });
  const server = await startFakeChatServer(
    (request) => answer(methods, request),
    ({ status, retryAfterS, error = 'ratelimited' }) => ({
      status,
      ...(retryAfterS === undefined ? {} : { headers: { 'retry-after': String(retryAfterS) } }),
      body: { ok: false, error },
    }),
  );
  const signBody = (body: string, { at = now(), secret = slackSecret }: PressOptions = {}): SlackRequest => {
    const seconds = String(Math.floor(at / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')}`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': signature,
    };
    return { headers, body };
  };
  const sign = (payload: unknown, options?: PressOptions): SlackRequest =>
    signBody(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), options);
  return Object.assign(server, {
    messages,
    ephemeral,
    views,
    sign,
    signBody,
    remove: (message: SlackMessage) => void messages.splice(messages.indexOf(message), 1),
    press: (message: SlackMessage, action: string, options: PressOptions = {}) =>
      sign(pressOf(message, action, options), options),
    submit: (reason: string, options: PressOptions = {}) =>
      sign(submitOf(views.at(-1) ?? {}, reason, options), options),
  });
}

type Method = (body: JsonRecord) => JsonRecord;

function methodsOf(state: {
  readonly messages: SlackMessage[];
  readonly ephemeral: { user: string; text: string }[];
  readonly views: JsonRecord[];
}): Readonly<Record<string, Method>> {
  const { messages, ephemeral, views } = state;
  let count = 0;
  return {
    'chat.postMessage': (body) => {
      const problem = problemOf(body);
      if (problem !== undefined) return { ok: false, error: problem };
      count += 1;
      const message = { channel: String(body['channel']), ts: `1700000000.${count}`, body, edits: 0 };
      messages.push(message);
      return { ok: true, channel: message.channel, ts: message.ts };
    },
    'chat.update': (body) => {
      const found = messages.find(({ ts, channel }) => ts === body['ts'] && channel === body['channel']);
      const problem = found === undefined ? 'message_not_found' : problemOf(body);
      if (found === undefined || problem !== undefined) return { ok: false, error: problem };
      found.body = body;
      found.edits += 1;
      return { ok: true, channel: found.channel, ts: found.ts };
    },
    'chat.postEphemeral': (body) => {
      ephemeral.push({ user: String(body['user']), text: String(body['text']) });
      return { ok: true, message_ts: '1700000001.0' };
    },
    'views.open': (body) => {
      if (asText(body['trigger_id']) !== 'trigger-1') return { ok: false, error: 'invalid_trigger_id' };
      views.push(asRecord(body['view']));
      return { ok: true, view: body['view'] };
    },
  };
}

/** Slack refuses blocks beyond its bounds. */
function problemOf(body: JsonRecord): string | undefined {
  if (asText(body['text']) === undefined) return 'no_text';
  const tooLong = asList(body['blocks']).some((block) => {
    const { type, text, fields } = asRecord(block);
    const length = (asText(asRecord(text)['text']) ?? '').length;
    return length > (type === 'header' ? 150 : 3000) || asList(fields).length > 10;
  });
  return tooLong ? 'invalid_blocks' : undefined;
}

function answer(methods: Readonly<Record<string, Method>>, { path, headers, body }: Received): ChatReply {
  if (headers.authorization !== `Bearer ${slackToken}`)
    return { status: 200, body: { ok: false, error: 'invalid_auth' } };
  const method = methods[path.replace('/api/', '')];
  if (method === undefined) return { status: 200, body: { ok: false, error: 'unknown_method' } };
  return { status: 200, body: method(asRecord(JSON.parse(body))) };
}

const pressOf = (message: SlackMessage, action: string, { user = 'U1', value }: PressOptions) => ({
  type: 'block_actions',
  user: { id: user, username: 'somebody' },
  trigger_id: 'trigger-1',
  response_url: 'https://hooks.slack.invalid/actions/1',
  channel: { id: message.channel },
  container: { type: 'message', message_ts: message.ts },
  actions: [{ type: 'button', action_id: action, value: value ?? slackButton(message, action) }],
});

/** Token of a button; empty when the message has no such button. */
export function slackButton({ body }: SlackMessage, action: string): string {
  const elements = asList(body['blocks']).flatMap((block) => asList(asRecord(block)['elements']));
  const found = elements.map(asRecord).find((element) => element['action_id'] === action);
  return asText(found?.['value']) ?? '';
}

const submitOf = (view: JsonRecord, reason: string, { user = 'U1' }: PressOptions) => ({
  type: 'view_submission',
  user: { id: user },
  view: { ...view, state: { values: { reason: { text: { type: 'plain_text_input', value: reason } } } } },
});
