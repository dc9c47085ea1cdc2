import { describe, expect, it } from 'vitest';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { describeChatPlatformContract } from '../../../../test/contracts/chat-platform.ts';
import { slackSecret, slackToken, startFakeSlack } from '../../../../test/support/fakes/fake-slack.ts';
import { startFakeTeams } from '../../../../test/support/fakes/fake-teams.ts';
import {
  startFakeTelegram,
  telegramSecret,
  telegramToken,
} from '../../../../test/support/fakes/fake-telegram.ts';
import { startFakeChatServer } from '../../../../test/support/fakes/fake-chat-server.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { createLink } from './link.ts';
import { createSlack } from './slack.ts';
import { createTeams } from './teams.ts';
import { createTelegram } from './telegram.ts';

/** Every object in a JSON value, at any depth. */
function* objectsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  else if (typeof value === 'object' && value !== null) {
    yield value as Readonly<Record<string, unknown>>;
    yield* objectsIn(Object.values(value));
  }
}

describeChatPlatformContract('Slack', async () => {
  const server = await startFakeSlack();
  const last = () => {
    const message = server.messages.at(-1);
    if (message === undefined) throw new Error('no message');
    return message;
  };
  return {
    server,
    create: (deps) =>
      createSlack(deps, {
        token: slackToken,
        signingSecret: slackSecret,
        channel: 'C1',
        apiUrl: `${server.url}/api`,
      }),
    shown: () => server.messages.map(({ body }) => JSON.stringify(body)),
    isInert(sent) {
      const body = asRecord(JSON.parse(sent));
      const objects = [...objectsIn(body['blocks'])];
      return (
        !/[<>]/.test(asText(body['text']) ?? '') &&
        body['parse'] === 'none' &&
        body['link_names'] === false &&
        objects.length > 3 &&
        objects.every(({ type, emoji }) => type !== 'mrkdwn' && (type !== 'plain_text' || emoji === false))
      );
    },
    secrets: [slackToken, slackSecret],
    press: (verdict) => server.press(last(), verdict),
    remove: () => server.remove(last()),
  };
});

describeChatPlatformContract('Telegram', async () => {
  const server = await startFakeTelegram();
  const last = () => {
    const message = server.messages.at(-1);
    if (message === undefined) throw new Error('no message');
    return message;
  };
  return {
    server,
    create: (deps) =>
      createTelegram(deps, {
        token: telegramToken,
        secretToken: telegramSecret,
        chat: '-1001',
        apiUrl: server.url,
      }),
    shown: () =>
      server.messages.map(({ body }) => `${asText(body['text'])} ${JSON.stringify(body['reply_markup'])}`),
    isInert(sent) {
      const [text = ''] = sent.split(' {"inline_keyboard"');
      // What is left without `<code>` and the labels must hold nothing that Telegram would find something in.
      const outside = text.replaceAll(/<code>[^<>"]*<\/code>/g, '').replaceAll('<b></b>', '');
      return /^(?:Images: |\s)*$/.test(outside);
    },
    secrets: [telegramToken, telegramSecret],
    press: (verdict) => server.press(last(), verdict === 'approve' ? 'Approve' : 'Reject'),
    remove: () => server.remove(last()),
  };
});

describeChatPlatformContract('Teams', async () => {
  const server = await startFakeTeams();
  return {
    server,
    create: (deps) => createTeams(deps, { url: server.webhook }),
    shown: () => server.cards.map((card) => JSON.stringify(card)),
    isInert(sent) {
      const card = asRecord(JSON.parse(sent));
      const blocks = asList(card['body']).map(asRecord);
      // Only these show a text without reading Markdown in it.
      return (
        blocks.length > 0 &&
        blocks.every(({ type }) => type === 'RichTextBlock') &&
        card['msteams'] === undefined
      );
    },
    secrets: ['teams-secret-signature', server.webhook],
  };
});

describeChatPlatformContract('Any other chat', async () => {
  const bodies: string[] = [];
  const server = await startFakeChatServer(
    ({ body }) => {
      bodies.push(body);
      return { status: 200, body: {} };
    },
    ({ status, retryAfterS }) => ({
      status,
      headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) },
      body: {},
    }),
  );
  return {
    server,
    create: (deps) => createLink(deps, { url: `${server.url}/hook/link-secret-path` }),
    shown: () => bodies,
    // JSON has no markup; the receiver escapes for its own chat.
    isInert: (sent) => asText(asRecord(JSON.parse(sent))['text']) !== undefined,
    secrets: ['link-secret-path'],
  };
});

describe('what any other chat gets', () => {
  it('names approval and Canary in fields of their own, for programs', async () => {
    const bodies: unknown[] = [];
    await using server = await startFakeChatServer(
      ({ body }) => {
        bodies.push(JSON.parse(body));
        return { status: 200, body: {} };
      },
      ({ status }) => ({ status, body: {} }),
    );
    const clock = createSystemClock();
    const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
    const platform = createLink({ http, clock }, { url: `${server.url}/hook` });
    const facts = [{ label: 'Traffic', value: '20 %' }];
    const about = { approval: 'g-0123456789', namespace: 'prod', name: 'checkout' };
    const told = {
      title: 'checkout waits',
      question: 'Promote?',
      facts,
      outcome: [],
      link: 'https://s.example',
    };
    await platform.post({ about, ...told, buttons: [] }, AbortSignal.timeout(5_000));
    await http.close();
    expect(bodies).toEqual([{ ...about, ...told, text: 'checkout waits\nPromote?\nTraffic: 20 %' }]);
  });
});

describe('a request that says it comes from Slack', () => {
  const now = Date.parse('2026-11-20T14:02:00Z');
  const create = async () => {
    const server = await startFakeSlack(() => now);
    const deps = {
      http: { send: () => Promise.reject(new Error('no call expected')) },
      clock: undefined as never,
    };
    const options = { token: slackToken, signingSecret: slackSecret, channel: 'C1', apiUrl: server.url };
    const platform = createSlack(deps, options);
    const message = { channel: 'C1', ts: '1', body: {}, edits: 0 };
    const read = ({ headers, body }: { headers: Readonly<Record<string, string>>; body: string }, at = now) =>
      platform.readClick({ headers, rawBody: Buffer.from(body), now: at });
    return { server, message, read, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  };

  it.each([
    ['signed with another secret', { secret: 'other' }, 0, 'the signature is not that'],
    ['more than five minutes old', { at: now - 301_000 }, 0, 'more than 5 minutes off'],
    ['more than five minutes in the future', { at: now + 301_000 }, 0, 'more than 5 minutes off'],
    ['replayed after five minutes', {}, 301_000, 'more than 5 minutes off'],
  ])('is refused when it is %s', async (_what, options, laterMs, why) => {
    await using bench = await create();
    const request = bench.server.press(bench.message, 'approve', { ...options, value: 'token' });
    const read = bench.read(request, now + laterMs);
    expect(read).toMatchObject({ kind: 'refused', status: 401 });
    expect('why' in read && read.why).toContain(why);
  });

  it.each(['', 'NaN', '1e9', '-5', ' 1700000000', '99999999999999'])(
    'is refused with the time %j',
    async (time) => {
      await using bench = await create();
      const request = bench.server.press(bench.message, 'approve', { value: 'token' });
      const headers = { ...request.headers, 'x-slack-request-timestamp': time };
      expect(bench.read({ ...request, headers })).toMatchObject({ kind: 'refused', status: 401 });
    },
  );

  it('is refused when one byte of its body was changed', async () => {
    await using bench = await create();
    const request = bench.server.press(bench.message, 'approve', { value: 'token' });
    const body = request.body.replace('approve', 'rejects');
    expect(body).not.toBe(request.body);
    expect(bench.read({ ...request, body })).toMatchObject({ kind: 'refused', status: 401 });
  });

  it.each([
    [
      'the button that opens the page',
      { type: 'block_actions', user: { id: 'U1' }, actions: [{ action_id: 'open' }] },
    ],
    ['a shortcut', { type: 'shortcut', user: { id: 'U1' } }],
    ['another dialog', { type: 'view_submission', user: { id: 'U1' }, view: { callback_id: 'other' } }],
    ['a closed dialog', { type: 'view_closed', user: { id: 'U1' } }],
    ['a list', []],
  ])('is no click when it is %s', async (_what, payload) => {
    await using bench = await create();
    expect(bench.read(bench.server.sign(payload))).toEqual({ kind: 'challenge' });
  });

  it('is answered when Slack checks the certificate', async () => {
    await using bench = await create();
    expect(bench.read(bench.server.signBody('ssl_check=1&token=x'))).toEqual({ kind: 'challenge' });
  });

  it('is refused when its payload is no JSON', async () => {
    await using bench = await create();
    const read = bench.read(bench.server.signBody('payload=%7B'));
    expect(read).toMatchObject({ kind: 'refused', status: 400 });
  });
});

describe('an update that says it comes from Telegram', () => {
  it.each([
    ['without the secret token', null],
    ['with a foreign secret token', 'somebody-elses-token'],
    ['with a part of the secret token', telegramSecret.slice(0, -1)],
    ['with an empty secret token', ''],
  ])('is refused %s', async (_what, secret) => {
    await using server = await startFakeTelegram();
    const deps = {
      http: { send: () => Promise.reject(new Error('no call expected')) },
      clock: undefined as never,
    };
    const options = { token: telegramToken, secretToken: telegramSecret, chat: '-1001', apiUrl: server.url };
    const platform = createTelegram(deps, options);
    const { headers, body } = server.press({ chat: 1, id: 1, body: {}, edits: 0 }, 'Approve', {
      secret,
      data: 'x',
    });
    expect(platform.readClick({ headers, rawBody: Buffer.from(body), now: 0 })).toMatchObject({
      kind: 'refused',
      status: 401,
    });
  });
});
