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
