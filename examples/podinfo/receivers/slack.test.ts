import { describe, expect, it } from 'vitest';
import { startReceiver } from '../../../test/support/fakes/receiver.ts';
import { createSlackReceiver } from './slack.ts';

const event = {
  name: 'podinfo',
  namespace: 'test',
  phase: 'Progressing',
  metadata: {
    cluster: 'flagger-test',
    environment: 'test',
    eventMessage: 'Advance podinfo.test canary weight 20',
    eventType: 'Normal',
    timestamp: '1767225600123',
  },
  type: 'event',
  deliveryId: 'e1',
};

function setUp(url?: string) {
  const lines: string[] = [];
  const env = url === undefined ? {} : { SLACK_WEBHOOK_URL: url };
  const app = createSlackReceiver(env, (line) => lines.push(line));
  const post = (body: unknown, path = '/slack') =>
    Promise.resolve(app.request(path, { method: 'POST', body: JSON.stringify(body) }));
  return { lines, post };
}

describe('the Slack receiver', () => {
  it('shows an event in one line', async () => {
    const { lines, post } = setUp();
    expect((await post(event)).status).toBe(200);
    expect(lines).toEqual([
      'shown: Normal test/podinfo Progressing: Advance podinfo.test canary weight 20 cluster=flagger-test environment=test',
    ]);
  });

  it('posts it with cluster, environment and time', async () => {
    await using slack = await startReceiver((response) => void response.writeHead(200).end('ok'));
    const { post } = setUp(`${slack.url}/services/T0/B0/secret`);
    expect((await post(event)).status).toBe(200);
    expect(slack.received[0]?.path).toBe('/services/T0/B0/secret');
    expect(JSON.parse(slack.received[0]?.body ?? '')).toEqual({
      text: '*podinfo.test*',
      attachments: [
        {
          color: 'good',
          text: 'Advance podinfo.test canary weight 20',
          fields: [
            { title: 'phase', value: 'Progressing', short: true },
            { title: 'cluster', value: 'flagger-test', short: true },
            { title: 'environment', value: 'test', short: true },
          ],
          ts: 1767225600,
        },
      ],
    });
  });

  it('a warning is yellow, a failed rollout red, and nobody is called by a name with markup', async () => {
    await using slack = await startReceiver((response) => void response.writeHead(200).end('ok'));
    const { post } = setUp(slack.url);
    const metadata = { eventType: 'Warning', eventMessage: '<!channel> & co' };
    await post({ ...event, deliveryId: 'w', metadata });
    await post({ ...event, deliveryId: 'f', metadata, phase: 'Failed' });
    const sent = slack.received.map(({ body }): unknown => JSON.parse(body));
    expect(sent).toMatchObject([
      { attachments: [{ color: 'warning', text: '&lt;!channel&gt; &amp; co' }] },
      { attachments: [{ color: 'danger' }] },
    ]);
  });

  it("hands on Slack's Retry-After, and never shows the webhook's URL", async () => {
    await using slack = await startReceiver(
      (response) => void response.writeHead(429, { 'retry-after': '30' }).end(),
    );
    const { lines, post } = setUp(`${slack.url}/services/secret`);
    const answer = await post(event);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30']);
    expect(`${await answer.text()}${lines.join()}`).not.toContain('secret');
  });

  it("says Slack's own reason for a refusal", async () => {
    await using slack = await startReceiver((response) => void response.writeHead(404).end('no_service'));
    const answer = await setUp(slack.url).post(event);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toBe('Slack answered 404 (no_service)\n');
  });

  it('takes events on /slack only', async () => {
    const answer = await setUp().post(event, '/');
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('POST /slack');
  });
});

const asked = {
  approval: 'g-0123456789',
  namespace: 'test',
  name: 'podinfo',
  text: 'all of it',
  link: 'http://127.0.0.1:8090/gates/g-0123456789',
  title: '◷ test/podinfo waits for release (confirm-promotion)',
  question: 'Promote podinfo?',
  facts: [
    { label: 'Traffic', value: '50 %' },
    { label: 'Approvers', value: 'group sre' },
  ],
  outcome: [],
};
const decided = {
  ...asked,
  title: '✔ test/podinfo approved: release (confirm-promotion)',
  question: '',
  outcome: ['✔ approved 2026-11-30 15:33 UTC by alice (verified, cli): "fine"'],
};

describe('the Slack receiver, told of an approval', () => {
  it('shows what waits, who may decide and each way to do it', async () => {
    const { lines, post } = setUp();
    expect((await post(asked, '/approvals')).status).toBe(200);
    expect(lines).toEqual([
      'approval g-0123456789: ◷ test/podinfo waits for release (confirm-promotion)',
      '  Promote podinfo?',
      '  Traffic: 50 %; Approvers: group sre',
      '  in the console: http://127.0.0.1:8090/gates/g-0123456789',
      '  in a terminal: sluice approve test/podinfo --gate g-0123456789',
      '  by kubectl: kubectl -n test annotate canary podinfo --overwrite sluice.dev/decision=approve ' +
        'sluice.dev/decision-for=g-0123456789 sluice.dev/decision-by=me',
    ]);
  });

  it('shows who decided it, and no way any more', async () => {
    const { lines, post } = setUp();
    await post(decided, '/approvals');
    expect(lines).toEqual([
      'approval g-0123456789: ✔ test/podinfo approved: release (confirm-promotion)',
      '  ✔ approved 2026-11-30 15:33 UTC by alice (verified, cli): "fine"',
    ]);
  });

  it('posts it, and nobody is called by a reason with markup', async () => {
    await using slack = await startReceiver((response) => void response.writeHead(200).end('ok'));
    const { post } = setUp(slack.url);
    await post({ ...decided, outcome: ['<!channel> & co'] }, '/approvals');
    expect(slack.received.map(({ body }): unknown => JSON.parse(body))).toEqual([
      {
        text: 'approval g-0123456789: ✔ test/podinfo approved: release (confirm-promotion)\n  &lt;!channel&gt; &amp; co',
      },
    ]);
  });

  it("answers as Slack did when that refuses, so that it is told again, and never shows the webhook's URL", async () => {
    await using slack = await startReceiver(
      (response) => void response.writeHead(429, { 'retry-after': '30' }).end(),
    );
    const { lines, post } = setUp(`${slack.url}/services/secret`);
    const answer = await post(asked, '/approvals');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '30']);
    expect(lines).toEqual([
      'failed: approval g-0123456789: ◷ test/podinfo waits for release (confirm-promotion) (Slack asks to slow down)',
    ]);
    expect(await answer.text()).not.toContain('secret');
  });

  const evil = 'one\n\u001b[2J\u202etwo';
  it.each([
    ['title', { title: evil }],
    ['question', { question: evil }],
    ['fact', { facts: [{ label: evil, value: evil }] }],
    ['outcome', { outcome: [evil] }],
    ['link', { link: `http://127.0.0.1/${evil}` }],
  ])('lets no character of the %s reach the terminal that could deceive', async (_field, more) => {
    const { lines, post } = setUp();
    expect((await post({ ...asked, ...more }, '/approvals')).status).toBe(200);
    expect(lines.join('|')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each([
    ['a name that a shell would read', { name: 'podinfo; rm' }],
    ['a namespace that is an option', { namespace: '-A' }],
    ['an approval with a line break', { approval: 'g-1\nrm' }],
    ['a name that is no text', { name: 7 }],
    ['no approval', { approval: undefined }],
  ])('refuses %s: people paste the commands', async (_what, more) => {
    const { lines, post } = setUp();
    const answer = await post({ ...asked, ...more }, '/approvals');
    expect([answer.status, lines]).toEqual([400, []]);
  });

  it('bounds what it shows, and refuses a body that is too large', async () => {
    const { lines, post } = setUp();
    const fact = { label: 'x'.repeat(900), value: 'y'.repeat(900) };
    const long = { ...asked, title: 't'.repeat(9_000), facts: Array(50).fill(fact) };
    expect((await post({ ...long, outcome: Array(50).fill('z'.repeat(900)) }, '/approvals')).status).toBe(
      200,
    );
    expect(lines).toHaveLength(3 + 20 + 3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2_100);
    expect((await post({ ...asked, text: 'x'.repeat(300 * 1024) }, '/approvals')).status).toBe(413);
  });

  it.each(['', '7', 'null', '[]', '{}'])('refuses the body %j with a reason', async (body) => {
    const app = createSlackReceiver({}, () => undefined);
    const answer = await app.request('/approvals', { method: 'POST', body });
    expect([answer.status, (await answer.text()).length > 10]).toEqual([400, true]);
  });
});
