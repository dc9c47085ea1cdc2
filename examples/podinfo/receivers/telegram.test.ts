import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../../test/support/fakes/receiver.ts';
import { createTelegramReceiver } from './telegram.ts';
import { telegramMessage } from './telegram-message.ts';

const hook = {
  name: 'podinfo',
  namespace: 'test',
  phase: 'Succeeded',
  checksum: 'abc',
  metadata: { some: 'message' },
  type: 'post-rollout',
  deliveryId: 'd1',
  attempt: 1,
};
const token = '12345:AAsecret';

function setUp(apiUrl?: string, timeoutMs?: number) {
  const lines: string[] = [];
  const env = apiUrl === undefined ? {} : tokenEnv(apiUrl);
  const app = createTelegramReceiver(env, (line) => lines.push(line), timeoutMs);
  const post = (body: unknown, path = '/'): Promise<Response> =>
    Promise.resolve(
      app.request(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    );
  return { app, lines, post };
}

const tokenEnv = (apiUrl: string) => ({
  TELEGRAM_BOT_TOKEN: token,
  TELEGRAM_CHAT_ID: '-100',
  TELEGRAM_API_URL: apiUrl,
});

const answering = (status: number, body = '{"ok":true}', headers: Record<string, string> = {}) =>
  startReceiver((response) => void response.writeHead(status, headers).end(body));

describe('the Telegram receiver', () => {
  it('shows a hook in one line and says so, when no chat is given', async () => {
    const { lines, post } = setUp();
    const answer = await post(hook, '/any/path');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('shown\n');
    expect(lines).toEqual(['shown: post-rollout test/podinfo Succeeded some=message']);
  });

  it('posts a readable message to the chat', async () => {
    await using telegram = await answering(200);
    const { lines, post } = setUp(telegram.url);
    expect((await post(hook)).status).toBe(200);
    const [request] = telegram.received;
    expect(request?.path).toBe(`/bot${token}/sendMessage`);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      chat_id: '-100',
      text: '✅ <b>podinfo.test</b>: Succeeded\n<b>some</b>: message',
      parse_mode: 'HTML',
    });
    expect(lines.join()).not.toContain(token);
  });

  it('posts a delivery that is tried again only once', async () => {
    await using telegram = await answering(200);
    const { lines, post } = setUp(telegram.url);
    const answers = await Promise.all([post(hook), post({ ...hook, attempt: 2 })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await post({ ...hook, attempt: 3 })).status).toBe(200);
    expect(telegram.received).toHaveLength(1);
    expect(lines.map((line) => line.split(':')[0])).toEqual(['posted', 'repeated', 'repeated']);
  });

  it('posts a delivery whose first try failed upstream', async () => {
    let up = false;
    await using telegram = await startReceiver(
      (response) => void response.writeHead(up ? 200 : 500).end('{"description":"Internal"}'),
    );
    const { post } = setUp(telegram.url);
    const refused = await post(hook);
    expect(refused.status).toBe(502);
    expect(await refused.text()).toBe('Telegram answered 500 (Internal)\n');
    up = true;
    expect((await post(hook)).status).toBe(200);
    expect(telegram.received).toHaveLength(2);
  });

  it('hands on that Telegram asks to slow down', async () => {
    await using telegram = await answering(429, '{"ok":false,"parameters":{"retry_after":17}}');
    const answer = await setUp(telegram.url).post(hook);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('17');
  });

  it.each([
    [401, '{"ok":false,"description":"Unauthorized"}'],
    [302, ''],
  ])('an upstream answer of %i is a 502, so that the hook is tried again', async (status, body) => {
    await using telegram = await answering(status, body, { location: 'http://127.0.0.1:1/' });
    expect((await setUp(telegram.url).post(hook)).status).toBe(502);
  });

  it('an upstream that is absent is a 502 that does not show the token', async () => {
    const gone = await answering(200);
    await gone[Symbol.asyncDispose]();
    const { lines, post } = setUp(gone.url);
    const answer = await post(hook);
    expect(answer.status).toBe(502);
    expect(`${await answer.text()}${lines.join()}`).not.toContain(token);
  });

  it('an upstream URL that is none is a 502 that does not show the token', async () => {
    const { lines, post } = setUp('not a url');
    const answer = await post(hook);
    expect(answer.status).toBe(502);
    expect(`${await answer.text()}${lines.join()}`).not.toContain(token);
  });

  it('an upstream that says nothing is a 502 before the hook gives up', async () => {
    await using telegram = await startReceiver(() => undefined);
    const answer = await setUp(telegram.url, 100).post(hook);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('no answer within 0.1 s');
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'not a JSON object'],
    ['{"namespace":"test"}', 'name and namespace'],
    ['{"name":1,"namespace":"test"}', 'name and namespace'],
    ['{"name":"a","namespace":"b","metadata":"c"}', 'metadata is not an object'],
  ])('the body %s is a 400 that says why', async (body, reason) => {
    const answer = await setUp().post(body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(reason);
  });

  it('a body over 256 KiB is a 413', async () => {
    const { post, app } = setUp();
    expect((await post('x'.repeat(256 * 1024 + 1))).status).toBe(413);
    expect(await (await app.request('/')).json()).toEqual([]);
  });

  it('answers probes, and shows the last 100 hooks', async () => {
    const { app, post } = setUp();
    for (let count = 0; count < 103; count += 1) await post({ ...hook, deliveryId: `d${count}` });
    expect((await app.request('/healthz')).status).toBe(200);
    const kept: unknown = await (await app.request('/')).json();
    expect(kept).toHaveLength(100);
    expect(kept).toMatchObject({ 0: { deliveryId: 'd3', result: 'shown' }, 99: { deliveryId: 'd102' } });
  });

  it('a sender cannot write a line of its own into the log', async () => {
    const { lines, post } = setUp();
    await post({ ...hook, metadata: { some: 'a\nposted: b\u001b[2J' } });
    expect(lines).toEqual(['shown: post-rollout test/podinfo Succeeded some=a posted: b [2J']);
  });
});

describe('a message for Telegram', () => {
  const base = { type: 'post-rollout', name: 'podinfo', namespace: 'test', phase: 'Failed', metadata: {} };

  it('escapes what users chose', () => {
    const metadata = { 'a<b': 'x & <b>y</b>' };
    expect(telegramMessage({ ...base, metadata })).toBe(
      '❌ <b>podinfo.test</b>: Failed\n<b>a&lt;b</b>: x &amp; &lt;b&gt;y&lt;/b&gt;',
    );
  });

  it('stays within 4096 characters, cut between lines, and says how much is missing', () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`key-${index}`, '&'.repeat(400)]),
    );
    const text = telegramMessage({ ...base, metadata });
    expect(text.length).toBeLessThanOrEqual(4096);
    expect(text).toMatch(/&amp;\n… 48 more$/);
  });
});
