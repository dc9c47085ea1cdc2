import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { installBasics } from '@sluice/local/install-basics.ts';
import { createStore } from '@sluice/local/store/store.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { slackSecret, slackToken, startFakeSlack } from '../../../../test/support/fakes/fake-slack.ts';
import type { FakeSlack } from '../../../../test/support/fakes/fake-slack.ts';
import { approvalOf, canaryOf, statusOf } from '../../../../test/support/rigs/chat-bench.ts';
import { startTakingController } from '../../../../test/support/rigs/taking-controller.ts';
import { canaries } from '../api/resources.ts';
import { runChat } from './chat.ts';

const main = join(import.meta.dirname, 'main.ts');
const ends: (() => unknown)[] = [];
const clock = { now: (): number => Date.now(), setTimer: () => () => undefined };
let store: Store;
let folder: string;
let kubeconfig: string;
let slack: FakeSlack;

beforeEach(async () => {
  store = createStore({ now: clock.now });
  const server = await createApiServer({ store, now: clock.now }).listen({ host: '127.0.0.1', port: 0 });
  folder = mkdtempSync(join(tmpdir(), 'sluice-chat-'));
  slack = await startFakeSlack();
  ends.push(
    () => rmSync(folder, { recursive: true }),
    () => server.close(),
    () => slack[Symbol.asyncDispose](),
  );
  kubeconfig = join(folder, 'kubeconfig');
  writeKubeconfig(kubeconfig, server.url);
  writeFileSync(join(folder, 'signing-secret'), `${slackSecret}\n`);
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const settings = () => ({
  console: 'https://sluice.example',
  slack: {
    channel: 'C1',
    tokenFrom: { env: 'SLACK_BOT_TOKEN' },
    signingSecretFrom: { file: join(folder, 'signing-secret') },
    apiUrl: `${slack.url}/api`,
  },
  users: { slack: { U1: { user: 'alice@acme.io', groups: ['sre'] } } },
});

interface Started {
  readonly child: ChildProcess;
  readonly log: () => string;
}

function write(config: unknown): string {
  const path = join(folder, 'chat.yaml');
  writeFileSync(path, typeof config === 'string' ? config : stringify(config));
  return path;
}

function start(config: unknown): Started {
  const flags = ['--config', write(config), '--listen', '127.0.0.1:0', '--kubeconfig', kubeconfig];
  const args = [main, 'chat', ...flags];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], SLACK_BOT_TOKEN: slackToken },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  ends.push(() => child.kill('SIGKILL'));
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (log += chunk.toString()));
  return { child, log: () => log };
}

async function ended({ child, log }: Started): Promise<readonly [number | null, string]> {
  if (child.exitCode === null) await once(child, 'close');
  return [child.exitCode, log()];
}

const soon = { timeout: 15_000, interval: 20 };

describe('sluice chat', () => {
  it('announces an approval, takes a click as a decision, shows it, and ends on SIGTERM', async () => {
    installBasics(store, join(import.meta.dirname, '../../../../deploy/crds'));
    const stopTaking = startTakingController(store, clock);
    ends.push(stopTaking);
    const ref = { namespace: 'default', name: 'checkout' };
    const canary = canaryOf('checkout', {});
    const created = store.create(canaries, { ...canary, metadata: ref });
    const status = { ...statusOf(created), approvals: [approvalOf()] };
    store.update(canaries, { ...created, status }, { subresource: 'status' });
    const program = start(settings());
    await vi.waitFor(() => expect(slack.messages, program.log()).toHaveLength(1), soon);
    const url = /"url":"([^"]+)"/.exec(program.log())?.[1] ?? '';
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const [message] = slack.messages;
    if (message === undefined) throw new Error('no message');
    const { headers, body } = slack.press(message, 'approve');
    expect((await fetch(`${url}/slack`, { method: 'POST', headers: { ...headers }, body })).status).toBe(200);
    await vi.waitFor(() => expect(message.edits, program.log()).toBe(1), soon);
    expect(slack.ephemeral).toEqual([
      { user: 'U1', text: 'Approved: promo (confirm-promotion). it is approved' },
    ]);
    expect(store.get(canaries, ref)?.metadata.annotations).toMatchObject({
      'sluice.dev/decision-by': 'alice@acme.io',
      'sluice.dev/decision-via': 'slack',
    });
    expect(store.get(configMaps, { namespace: 'default', name: 'sluice-chat' })).toBeDefined();
    program.child.kill('SIGTERM');
    const [code, log] = await ended(program);
    expect(code, log).toBe(0);
    expect(log).toContain('"msg":"decision by chat"');
    expect(log).not.toMatch(new RegExp(`${slackToken}|${slackSecret}`));
  });

  it('ends with 1 where the Canary CRD is not installed', async () => {
    const [code, log] = await ended(start(settings()));
    expect(log).toContain('the CRD canaries.flagger.app is not installed; apply deploy/crds');
    expect(code).toBe(1);
  });

  it.each([
    ['that is no YAML', 'slack: [', 'line 1, column 9: it is no YAML'],
    ['with an unknown field', 'slak: {}', 'slak is unknown; did you mean slack?'],
    ['that names no chat', 'console: https://x', 'name a chat: slack, telegram, teams, link'],
  ])('ends with 2 for a configuration %s', async (_what, config, problem) => {
    const [code, err] = await refused(['--config', write(config)]);
    expect(err).toContain(problem);
    expect(err).toMatch(/^sluice chat: /);
    expect(code).toBe(2);
  });

  it.each([
    ['that is not set', '', 'the environment variable SLACK_BOT_TOKEN is empty or not there'],
    [
      'of less than 16 characters',
      'too-short-4711',
      'the environment variable SLACK_BOT_TOKEN holds less than 16 characters',
    ],
    [
      'with a line break inside',
      'xoxb-0123456789\nabcdef',
      'holds a space or a character that no secret has',
    ],
  ])('ends with 2 for a secret %s, and does not show it', async (_what, secret, problem) => {
    const [code, err] = await refused(['--config', write(settings())], { SLACK_BOT_TOKEN: secret });
    expect(err).toContain('slack.tokenFrom: ');
    expect(err).toContain(problem);
    expect(err).not.toMatch(/too-short-4711|xoxb-0123/);
    expect(code).toBe(2);
  });

  it.each([
    ['no configuration', [], "required option '--config <file>' not specified"],
    [
      'a file that is not there',
      ['--config', '/nowhere/chat.yaml'],
      '/nowhere/chat.yaml cannot be read (ENOENT)',
    ],
    ['an address without a port', ['--config', 'x', '--listen', 'localhost'], 'Write HOST:PORT'],
  ])('ends with 2 for %s', async (_what, args, problem) => {
    const [code, err] = await refused(args);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(problem);
    expect(code).toBe(2);
  });
});

/** Runs the command in this process, which is quicker: it ends before it starts anything. */
async function refused(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<readonly [number, string]> {
  const spy = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const named = { KUBECONFIG: '/nowhere/kubeconfig', ...env };
    const code = await runChat(args, named);
    return [code, spy.mock.calls.map(([written]) => String(written)).join('')];
  } finally {
    spy.mockRestore();
  }
}
