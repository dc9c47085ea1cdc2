import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createSendHook } from '@sluice/sluice/webhooks/send-hook.ts';
import { createFakeLog } from '../support/fakes/fake-log.ts';
import { startReceiver } from '../support/fakes/receiver.ts';
import type { Receiver } from '../support/fakes/receiver.ts';
import { freePort } from '../support/real/kube-apiserver.ts';
import { hookCall } from '../support/rigs/hook-call.ts';

const secret = 'signing-secret';
const program = join(import.meta.dirname, '../../examples/hooks/slack-approval.ts');
const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
const send = createSendHook({ http, clock: createSystemClock(), random: () => 1, log: createFakeLog() });

let slack: Receiver;
let url = '';
let child: ReturnType<typeof spawn>;
/** What Slack answers to the next messages. */
let slackStatus = 200;

beforeAll(async () => {
  slack = await startReceiver((response) => void response.writeHead(slackStatus).end());
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const env = {
    ...process.env,
    PORT: String(port),
    SLACK_WEBHOOK_URL: `${slack.url}/incoming`,
    SLACK_SIGNING_SECRET: secret,
  };
  child = spawn(process.execPath, [program], { env, stdio: 'ignore' });
  const answers = (): Promise<boolean> => fetch(url).then(Boolean, () => false);
  await vi.waitUntil(answers, { timeout: 15_000, interval: 20 });
});
afterAll(async () => {
  child.kill('SIGKILL');
  await http.close();
  await slack[Symbol.asyncDispose]();
});
beforeEach(() => void (slackStatus = 200));

const ask = (path: string, runId: string) =>
  send(
    hookCall({
      url: url + path,
      timeoutMs: 5000,
      payload: {
        ...hookCall().payload,
        type: 'confirm-promotion',
        runId,
        images: { old: ['a=a:1'], new: ['a=a:2'] },
      },
    }),
    new AbortController().signal,
  );

interface Press {
  readonly action: 'approve' | 'reject';
  readonly runId: string;
  readonly by?: string;
  readonly key?: string;
  readonly at?: number;
}

/** What Slack sends when somebody presses a button. */
async function press({ action, runId, by = 'alice', key = secret, at = Date.now() }: Press): Promise<number> {
  const payload = {
    user: { id: 'U1', username: by },
    actions: [{ action_id: action, value: runId }],
    response_url: `${slack.url}/reply`,
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const sent = String(Math.floor(at / 1000));
  const signature = `v0=${createHmac('sha256', key).update(`v0:${sent}:${body}`).digest('hex')}`;
  const headers = { 'x-slack-request-timestamp': sent, 'x-slack-signature': signature };
  return (await fetch(`${url}/slack`, { method: 'POST', headers, body })).status;
}

const questions = (runId: string) =>
  slack.received.filter(({ path, body }) => path === '/incoming' && body.includes(runId));

describe('the gate that people open in Slack', () => {
  it('asks once for each run, and stays closed until somebody approves', async () => {
    expect(await ask('/gate', 'run-1')).toMatchObject({
      outcome: 'denied',
      code: 403,
      message: 'waits for an approval in Slack',
    });
    expect(await ask('/gate', 'run-1')).toMatchObject({ outcome: 'denied' });
    expect(questions('run-1')).toHaveLength(1);
    expect(questions('run-1')[0]?.body).toContain('test/podinfo: confirm-promotion of a=a:2?');

    expect(await press({ action: 'approve', runId: 'run-1' })).toBe(200);
    expect(await ask('/gate', 'run-1')).toMatchObject({ outcome: 'passed', message: 'approved by alice' });
    expect(await ask('/rollback', 'run-1')).toMatchObject({ outcome: 'denied' });
  });

  it('asks again for the next run: an approval counts for one', async () => {
    expect(await ask('/gate', 'run-2')).toMatchObject({ outcome: 'denied' });
    expect(questions('run-2')).toHaveLength(1);
  });

  it('rolls back what somebody rejected, and shows in Slack who did', async () => {
    await ask('/gate', 'run-3');
    expect(await press({ action: 'reject', runId: 'run-3', by: 'bob' })).toBe(200);
    expect(await ask('/rollback', 'run-3')).toMatchObject({ outcome: 'passed', message: 'rejected by bob' });
    expect(await ask('/gate', 'run-3')).toMatchObject({ outcome: 'denied', message: 'rejected by bob' });
    await vi.waitFor(() =>
      expect(slack.received.find(({ path, body }) => path === '/reply' && body.includes('bob'))?.body).toBe(
        '{"replace_original":true,"text":"rejected by bob"}',
      ),
    );
  });

  it('keeps the first decision', async () => {
    await ask('/gate', 'run-4');
    await press({ action: 'reject', runId: 'run-4', by: 'bob' });
    await press({ action: 'approve', runId: 'run-4' });
    expect(await ask('/gate', 'run-4')).toMatchObject({ outcome: 'denied', message: 'rejected by bob' });
  });

  it.each([
    ['signed with another secret', { key: 'wrong' }],
    ['that is older than five minutes', { at: Date.now() - 301_000 }],
    ['whose time is no number', { at: NaN }],
  ])('refuses a press %s', async (_what, change) => {
    const runId = `run-5-${_what}`;
    await ask('/gate', runId);
    expect(await press({ action: 'approve', runId, ...change })).toBe(401);
    expect(await ask('/gate', runId)).toMatchObject({ outcome: 'denied' });
  });

  it('stays closed while Slack takes no message, and asks again', async () => {
    slackStatus = 500;
    expect(await ask('/gate', 'run-6')).toMatchObject({
      outcome: 'denied',
      code: 502,
      message: 'Slack answered 500',
    });
    slackStatus = 200;
    expect(await ask('/gate', 'run-6')).toMatchObject({ outcome: 'denied', code: 403 });
    expect(questions('run-6')).toHaveLength(2);
  });
});
