import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

/*
 * A gate that people open in Slack. Two hooks of a Canary call it:
 *   POST /gate      a confirm-* hook: posts a message with two buttons once for each run, then 403 until somebody approves
 *   POST /rollback  a rollback hook: 200 once somebody rejected the run
 * Slack calls POST /slack, the "Request URL" of the interactivity of your Slack app. After a restart the program asks again.
 */
const { SLACK_WEBHOOK_URL = '', SLACK_SIGNING_SECRET = '', PORT = '8080' } = process.env;
if (SLACK_WEBHOOK_URL === '' || SLACK_SIGNING_SECRET === '')
  throw new Error('set SLACK_WEBHOOK_URL and SLACK_SIGNING_SECRET');

const longestBody = 256 * 1024;
const mostRuns = 1000;
/** Five minutes, as Slack advises: an older request may be a repeated one. */
const oldestRequestSeconds = 300;

interface Decision {
  readonly verdict: 'approved' | 'rejected';
  readonly by: string;
}
/** By id of the run; undefined while nobody has decided. */
const decisions = new Map<string, Decision | undefined>();

type Answer = readonly [status: number, text: string];

interface Hook {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  readonly runId: string;
  readonly images: { readonly new: readonly string[] };
}

async function answerGate(hook: Hook): Promise<Answer> {
  if (!decisions.has(hook.runId)) {
    await post(SLACK_WEBHOOK_URL, question(hook));
    remember(hook.runId, undefined);
  }
  const decision = decisions.get(hook.runId);
  if (decision?.verdict === 'approved') return [200, `approved by ${decision.by}`];
  return [403, decision === undefined ? 'waits for an approval in Slack' : `rejected by ${decision.by}`];
}

function answerRollback({ runId }: Hook): Answer {
  const decision = decisions.get(runId);
  return decision?.verdict === 'rejected' ? [200, `rejected by ${decision.by}`] : [403, 'not rejected'];
}

interface Press {
  readonly user: { readonly id: string; readonly username?: string };
  readonly actions: readonly { readonly action_id: string; readonly value: string }[];
  readonly response_url?: string;
}

/** The first decision about a run counts. */
function answerPress({ user, actions, response_url: replyTo }: Press): Answer {
  const [action] = actions;
  if (action === undefined || !decisions.has(action.value)) return [200, 'no such run'];
  const verdict = action.action_id === 'approve' ? 'approved' : 'rejected';
  const decision = decisions.get(action.value) ?? { verdict, by: user.username ?? user.id };
  remember(action.value, decision);
  const text = `${decision.verdict} by ${decision.by}`;
  if (replyTo !== undefined)
    post(replyTo, { replace_original: true, text }).catch(() => console.error('Slack took no reply'));
  return [200, ''];
}

function remember(runId: string, decision: Decision | undefined): void {
  decisions.set(runId, decision);
  const [oldest] = decisions.keys();
  if (decisions.size > mostRuns && oldest !== undefined) decisions.delete(oldest);
}

function question({ namespace, name, type, images, runId }: Hook): object {
  const text = `${namespace}/${name}: ${type} of ${images.new.join(', ')}?`;
  const button = (id: string, label: string, style: string): object => ({
    type: 'button',
    action_id: id,
    value: runId,
    style,
    text: { type: 'plain_text', text: label },
  });
  const elements = [button('approve', 'Approve', 'primary'), button('reject', 'Reject', 'danger')];
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'plain_text', text } },
      { type: 'actions', elements },
    ],
  };
}

async function post(url: string, body: object): Promise<void> {
  const signal = AbortSignal.timeout(5000);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
  if (!response.ok) throw new Error(`Slack answered ${response.status}`);
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
function isFromSlack({ headers }: IncomingMessage, body: string): boolean {
  const sent = String(headers['x-slack-request-timestamp']);
  if (!(Math.abs(Date.now() / 1000 - Number(sent)) <= oldestRequestSeconds)) return false;
  const expected = `v0=${createHmac('sha256', SLACK_SIGNING_SECRET).update(`v0:${sent}:${body}`).digest('hex')}`;
  const given = Buffer.from(String(headers['x-slack-signature']));
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += String(chunk);
    if (body.length > longestBody) throw new Error('the body is too large');
  }
  return body;
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const body = await read(request);
  if (request.method !== 'POST') return [405, 'send a POST'];
  if (request.url === '/slack') {
    if (!isFromSlack(request, body)) return [401, 'not signed by Slack'];
    return answerPress(JSON.parse(new URLSearchParams(body).get('payload') ?? '') as Press);
  }
  const hook = JSON.parse(body) as Hook;
  if (request.url === '/gate') return answerGate(hook);
  return request.url === '/rollback' ? answerRollback(hook) : [404, 'use /gate, /rollback or /slack'];
}

createServer((request, response) => {
  answer(request)
    .catch((error: unknown): Answer => [502, error instanceof Error ? error.message : 'failed'])
    .then(([status, text]) => response.writeHead(status).end(text))
    .catch(() => response.destroy());
}).listen(Number(PORT));
