import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asText } from '@sluice/lib/json/json-read.ts';
import { slackButton } from '../../../../test/support/fakes/fake-slack.ts';
import type { PressOptions } from '../../../../test/support/fakes/fake-slack.ts';
import { telegramButton } from '../../../../test/support/fakes/fake-telegram.ts';
import type { TelegramPress } from '../../../../test/support/fakes/fake-telegram.ts';
import { approvalOf, startChatBench } from '../../../../test/support/rigs/chat-bench.ts';
import type { ChatBench } from '../../../../test/support/rigs/chat-bench.ts';

let bench: ChatBench;
beforeEach(async () => {
  bench = await startChatBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const id = 'g-0123456789';

async function asked(change = {}, spec = {}): Promise<void> {
  bench.setStatus({ approvals: [approvalOf(change)] }, 'checkout', spec);
  await bench.until(() => bench.slack.messages.length === 1 && bench.telegram.messages.length === 1);
}

function slackMessage(at = 0) {
  const message = bench.slack.messages[at];
  if (message === undefined) throw new Error('no message in Slack');
  return message;
}

function telegramMessage() {
  const [message] = bench.telegram.messages;
  if (message === undefined) throw new Error('no message in Telegram');
  return message;
}

const pressSlack = (action: string, options?: PressOptions) =>
  bench.send('/slack', bench.slack.press(slackMessage(), action, options));
const pressTelegram = (label: string, options?: TelegramPress) =>
  bench.send('/telegram', bench.telegram.press(telegramMessage(), label, options));
const submit = (reason: string, options?: PressOptions) =>
  bench.send('/slack', bench.slack.submit(reason, options));
const told = (count = 1) => bench.until(() => bench.slack.ephemeral.length >= count);
const lastTold = () => bench.slack.ephemeral.at(-1)?.text;
const decision = () => bench.annotations()['sluice.dev/decision'];
const shown = () => JSON.stringify(slackMessage().body);

describe('a button in Slack', () => {
  it('approves in the name of the Kubernetes user, and the message shows it', async () => {
    await asked();
    const answer = await pressSlack('approve');
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
    await told();
    expect(bench.annotations()).toMatchObject({
      'sluice.dev/decision': 'approve',
      'sluice.dev/decision-for': id,
      'sluice.dev/decision-by': 'alice@acme.io',
      'sluice.dev/decision-via': 'slack',
    });
    expect(bench.impersonated).toEqual([{ name: 'alice@acme.io', groups: ['sre'] }]);
    expect(bench.slack.ephemeral).toEqual([
      { user: 'U1', text: 'Approved: promo (confirm-promotion). it is approved' },
    ]);
    await bench.until(() => shown().includes('by alice@acme.io (verified, slack)'));
    expect(slackButton(slackMessage(), 'approve')).toBe('');
    await bench.until(() => telegramButton(telegramMessage(), 'Approve') === '');
  });

  it('rejects with the reason that its dialog asks for', async () => {
    await asked();
    await pressSlack('reject');
    await bench.until(() => bench.slack.views.length === 1);
    expect(decision()).toBeUndefined();
    expect(JSON.stringify(bench.slack.views[0])).toContain(
      'Reject promo (confirm-promotion): Let checkout 2.4.1 take all prod traffic?',
    );
    expect(await (await submit('  latency p99 ')).text()).toBe('');
    await told();
    expect(bench.annotations()).toMatchObject({
      'sluice.dev/decision': 'reject',
      'sluice.dev/decision-by': 'alice@acme.io',
      'sluice.dev/decision-reason': 'latency p99',
    });
    await bench.until(() => shown().includes('latency p99'));
  });

  it('says so when the dialog did not open', async () => {
    await asked();
    bench.slack.faults.push({ status: 200, error: 'expired_trigger_id' });
    await pressSlack('reject');
    await told();
    expect(lastTold()).toContain('open the page');
    expect(decision()).toBeUndefined();
  });

  it('asks for a reason of an approval where its hook wants one', async () => {
    const webhooks = [{ name: 'promo', type: 'confirm-promotion', approval: { reasonRequired: true } }];
    await asked({}, { analysis: { interval: '10s', threshold: 5, stepWeights: [10], webhooks } });
    await pressSlack('approve');
    await bench.until(() => bench.slack.views.length === 1);
    await submit('SRE ok');
    await told();
    expect(bench.annotations()).toMatchObject({
      'sluice.dev/decision': 'approve',
      'sluice.dev/decision-reason': 'SRE ok',
    });
  });

  it('is pressed by each of several approvers', async () => {
    await asked({ needed: 2 });
    const token = slackButton(slackMessage(), 'approve');
    await pressSlack('approve', { value: token });
    await told();
    expect(lastTold()).toBe('Approved: promo (confirm-promotion). it is waiting');
    await pressSlack('approve', { user: 'U2', value: token });
    await told(2);
    expect(lastTold()).toBe('Approved: promo (confirm-promotion). it is approved');
  });

  it('says that a decision is recorded and not taken when no controller runs', async () => {
    await asked();
    bench.stopTaking();
    await pressSlack('approve');
    await told();
    expect(lastTold()).toContain('no controller has taken it yet');
    expect(decision()).toBe('approve');
  });

  it('says why the controller refuses', async () => {
    const approval = { approvers: { groups: ['sre'] } };
    const webhooks = [{ name: 'promo', type: 'confirm-promotion', approval }];
    await asked({}, { analysis: { interval: '10s', threshold: 5, stepWeights: [10], webhooks } });
    await pressSlack('approve', { user: 'U3' });
    await told();
    expect(lastTold()).toBe('Refused: carol@acme.io is none of the approvers (group sre)');
  });

  it('says why the API server refuses, and can be pressed again', async () => {
    await asked();
    bench.faults.kube = (http) => ({
      send: (request, signal) =>
        request.method === 'PATCH'
          ? Promise.resolve({
              status: 403,
              headers: {},
              body: (async function* body() {
                yield await Promise.resolve(
                  Buffer.from(
                    '{"kind":"Status","code":403,"reason":"Forbidden","message":"alice may not approve"}',
                  ),
                );
              })(),
              discard: () => Promise.resolve(),
            })
          : http.send(request, signal),
    });
    const token = slackButton(slackMessage(), 'approve');
    await pressSlack('approve', { value: token });
    await told();
    expect(lastTold()).toMatch(/^Nothing was changed: .*alice may not approve/);
    bench.faults.kube = undefined;
    await pressSlack('approve', { value: token });
    await told(2);
    expect(decision()).toBe('approve');
  });
});

describe('a button in Telegram', () => {
  it('approves in the name of the Kubernetes user', async () => {
    await asked();
    expect((await pressTelegram('Approve')).status).toBe(200);
    await bench.until(() => bench.telegram.notices.length === 1);
    expect(bench.annotations()).toMatchObject({
      'sluice.dev/decision': 'approve',
      'sluice.dev/decision-by': 'alice@acme.io',
      'sluice.dev/decision-via': 'telegram',
    });
    await bench.until(() => asText(telegramMessage().body['text'])?.includes('by alice@acme.io') === true);
  });

  it('rejects with a fixed reason', async () => {
    await asked();
    await pressTelegram('Reject');
    await bench.until(() => bench.telegram.notices.length === 1);
    expect(bench.annotations()['sluice.dev/decision-reason']).toBe('rejected in chat');
  });

  it('sends who must give a reason to the page', async () => {
    const webhooks = [{ name: 'promo', type: 'confirm-promotion', approval: { reasonRequired: true } }];
    await asked({}, { analysis: { interval: '10s', threshold: 5, stepWeights: [10], webhooks } });
    await pressTelegram('Approve');
    await bench.until(() => bench.telegram.notices.length === 1);
    expect(bench.telegram.notices[0]?.text).toContain('needs a reason');
    expect(decision()).toBeUndefined();
  });
});

describe('nothing is decided', () => {
  it('by a user who is mapped to nobody, who is told so alone', async () => {
    await asked();
    await pressSlack('approve', { user: 'U666' });
    await told();
    expect(bench.slack.ephemeral).toEqual([
      {
        user: 'U666',
        text: expect.stringContaining('Ask an administrator to add U666 to users.slack') as string,
      },
    ]);
    await pressTelegram('Approve', { user: 666 });
    await bench.until(() => bench.telegram.notices.length === 1);
    expect([decision(), bench.impersonated]).toEqual([undefined, []]);
  });

  it.each([['constructor'], ['__proto__'], ['toString']])('by a user whose id is %s', async (user) => {
    await asked();
    await pressSlack('approve', { user });
    await told();
    expect(decision()).toBeUndefined();
  });

  it.each<[string, PressOptions]>([
    ['signed with another secret', { secret: 'another' }],
    ['that is six minutes old', { at: Date.parse('2026-11-20T13:44:00Z') }],
  ])('by a request to /slack %s', async (_what, options) => {
    await asked();
    expect((await pressSlack('approve', options)).status).toBe(401);
    await bench.pass(2);
    expect([decision(), bench.slack.ephemeral]).toEqual([undefined, []]);
  });

  it('by an update to /telegram with a foreign secret token', async () => {
    await asked();
    expect((await pressTelegram('Approve', { secret: 'another-secret-token' })).status).toBe(401);
    await bench.pass(2);
    expect([decision(), bench.telegram.notices]).toEqual([undefined, []]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('by %s, whatever it carries', async (method) => {
    await asked();
    const { headers, body } = bench.slack.press(slackMessage(), 'approve');
    const answer = await fetch(`${bench.url}/slack?${body}`, { method, headers });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST');
    await bench.pass(2);
    expect([decision(), bench.slack.ephemeral]).toEqual([undefined, []]);
  });

  it('by a request that is repeated: a click counts once', async () => {
    await asked({ needed: 2 });
    const request = bench.slack.press(slackMessage(), 'approve');
    const held = Promise.withResolvers<void>();
    bench.faults.kube = (http) => ({
      async send(sent, signal) {
        if (sent.method === 'PATCH') await held.promise;
        return http.send(sent, signal);
      },
    });
    await bench.send('/slack', request);
    await bench.send('/slack', request);
    await told();
    expect(lastTold()).toBe('This click was taken already: nothing was changed.');
    held.resolve();
    await told(2);
    expect(lastTold()).toBe('Approved: promo (confirm-promotion). it is waiting');
    await bench.restart();
    await bench.pass(1);
    expect((await bench.send('/slack', request)).status).toBe(200);
    await told(3);
    expect(lastTold()).toBe('You have answered already: nothing was changed.');
    expect(bench.impersonated).toHaveLength(1);
  });

  it('by a button of an approval that was decided elsewhere', async () => {
    await asked();
    const request = bench.slack.press(slackMessage(), 'approve');
    const vote = { verdict: 'reject', by: 'bob', verified: true, via: 'cli', at: '2026-11-20T14:00:00Z' };
    bench.setStatus({ approvals: [approvalOf({ state: 'rejected', votes: [vote] })] });
    await bench.until(() => slackButton(slackMessage(), 'approve') === '');
    await bench.send('/slack', request);
    await told();
    expect(lastTold()).toBe('promo (confirm-promotion) is rejected already, by bob: nothing was changed.');
    expect(decision()).toBeUndefined();
  });

  it('by a button of a run that is over', async () => {
    await asked();
    const request = bench.slack.press(slackMessage(), 'approve');
    bench.setStatus({ approvals: [] });
    await bench.until(() => shown().includes('no longer waits'));
    await bench.send('/slack', request);
    await told();
    expect(lastTold()).toContain('not asked any more');
    expect(decision()).toBeUndefined();
  });

  it('by a button that has expired; the message gets new ones', async () => {
    await asked();
    const token = slackButton(slackMessage(), 'approve');
    await bench.clock.advance('24h');
    await pressSlack('approve', { value: token });
    await told();
    expect(lastTold()).toContain('has expired');
    expect(decision()).toBeUndefined();
    await bench.until(() => slackButton(slackMessage(), 'approve') !== token);
    await pressSlack('approve');
    await told(2);
    expect(decision()).toBe('approve');
  });

  it('by a token that was changed, or made for something else', async () => {
    await asked();
    bench.setStatus({ approvals: [approvalOf({ id: 'g-0000000001' })] }, 'cart');
    await bench.until(() => bench.slack.messages.length === 2);
    const own = slackButton(slackMessage(0), 'approve');
    const other = slackButton(slackMessage(1), 'approve');
    const [, , expiry = '', mac = ''] = other.split('.');
    const forged = [
      // Of another approval, of the other verdict, of another time, of Telegram's key, and no token at all.
      `${id}.a.${expiry}.${mac}`,
      own.replace('.a.', '.r.'),
      own.replace(/\.[\da-z]+\.(?=[\w-]{22}$)/, '.zzzzzzz.'),
      telegramButton(telegramMessage(), 'Approve'),
      `${own}x`,
      'approve',
      '',
    ];
    for (const value of forged) await pressSlack('approve', { value });
    await told(forged.length);
    expect(new Set(bench.slack.ephemeral.map(({ text }) => text))).toEqual(
      new Set(['This approval is not asked any more: nothing was changed.']),
    );
    expect([decision(), bench.impersonated]).toEqual([undefined, []]);
  });

  it('by more clicks than ten a minute of one user', async () => {
    await asked();
    for (let count = 0; count < 11; count += 1) await pressSlack('approve', { value: 'nothing' });
    await told(11);
    expect(lastTold()).toContain('Too many clicks');
    await pressSlack('approve', { user: 'U2' });
    await told(12);
    expect(decision()).toBe('approve');
  });
});

describe('the callback listener', () => {
  it('refuses a body over 256 KiB', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await bench.send('/slack', { headers, body: `payload=${'x'.repeat(256 * 1024)}` });
    expect(answer.status).toBe(413);
  });

  it.each(['/', '/teams', '/gates/g-0123456789', '/slack/'])('has nothing at %s', async (path) => {
    const headers = { 'content-type': 'application/json' };
    expect((await bench.send(path, { headers, body: '{}' })).status).toBe(404);
  });

  it('is healthy once Canaries and earlier messages are known', async () => {
    await bench.pass(1);
    const answer = await fetch(`${bench.url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
  });

  it('logs only the first of many requests without proof', async () => {
    for (let count = 0; count < 20; count += 1) await pressTelegramWithout();
    expect(bench.log.messages('warn').filter((message) => message === 'callback refused')).toHaveLength(5);
  });

  const pressTelegramWithout = () =>
    bench.send('/telegram', { headers: { 'content-type': 'application/json' }, body: '{}' });
});
