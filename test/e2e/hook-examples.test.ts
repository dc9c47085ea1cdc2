import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createSystemClock } from '@sluice/sluice/platform/system-clock.ts';
import { createSendHook } from '@sluice/sluice/webhooks/send-hook.ts';
import { createFakeLog } from '../support/fakes/fake-log.ts';
import { freePort } from '../support/real/kube-apiserver.ts';
import { findProgram } from '../support/rigs/client-program.ts';
import { hookCall } from '../support/rigs/hook-call.ts';

const folder = join(import.meta.dirname, '../../examples/hooks');
const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
const clock = createSystemClock();
const send = createSendHook({ http, clock, random: () => 1, log: createFakeLog() });
afterAll(() => http.close());

const ask = (url: string, image: string) =>
  send(
    hookCall({
      url,
      timeoutMs: 5000,
      type: 'confirm-promotion',
      payload: {
        ...hookCall().payload,
        type: 'confirm-promotion',
        images: { old: ['podinfod=podinfo:6.0.0-rc9'], new: [`podinfod=${image}`] },
      },
    }),
    new AbortController().signal,
  );

interface Gate {
  readonly file: string;
  /** Program that it needs. */
  readonly needs: string;
  /** Starts it on a port, and answers how to end it. */
  readonly start: (program: string, port: number, scratch: string) => Promise<() => void | Promise<void>>;
}

const gates: readonly Gate[] = [
  { file: 'gate.ts', needs: 'node', start: (node, port) => serve(node, [join(folder, 'gate.ts')], port) },
  {
    file: 'gate.py',
    needs: 'python3',
    start: (python, port) => serve(python, [join(folder, 'gate.py')], port),
  },
  {
    file: 'gate.go',
    needs: 'go',
    async start(go, port, scratch) {
      const binary = join(scratch, 'gate');
      const env = { ...process.env, CGO_ENABLED: '0' };
      await promisify(execFile)(go, ['build', '-o', binary, join(folder, 'gate.go')], { env });
      return serve(binary, [], port);
    },
  },
  // The test takes the part of socat: one process for each connection.
  { file: 'gate.sh', needs: 'sh', start: (sh, port) => serveEach(sh, join(folder, 'gate.sh'), port) },
];

async function serve(program: string, args: readonly string[], port: number): Promise<() => void> {
  const child = spawn(program, args, { env: { ...process.env, PORT: String(port) }, stdio: 'ignore' });
  await vi.waitUntil(() => answers(port), { timeout: 15_000, interval: 20 });
  return () => void child.kill('SIGKILL');
}

const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );

async function serveEach(shell: string, script: string, port: number): Promise<() => Promise<void>> {
  const server = createServer({ pauseOnConnect: true }, (socket: Socket) => {
    const child = spawn(shell, [script], { stdio: [socket, socket, 'inherit'] });
    child.once('close', () => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
}

describe.each(gates)('the example $file', ({ needs, start }) => {
  const program = needs === 'node' ? process.execPath : findProgram(needs);
  if (program === undefined) return it.skipIf(true)(`needs ${needs} on PATH`, () => undefined);
  let url = '';
  let end: () => void | Promise<void> = () => undefined;
  let scratch = '';
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'sluice-gate-'));
    const port = await freePort();
    end = await start(program, port, scratch);
    url = `http://127.0.0.1:${port}/`;
    // Go builds its library at the first time.
  }, 170_000);
  afterAll(async () => {
    await end();
    await rm(scratch, { recursive: true });
  });

  it('opens the gate for a release', async () => {
    await expect(ask(url, 'podinfo:6.0.1')).resolves.toMatchObject({
      outcome: 'passed',
      code: 200,
      message: 'no release candidate',
    });
  });

  it('keeps the gate closed for a release candidate, and says of which', async () => {
    const answer = await ask(url, 'podinfo:6.0.1-rc1');
    expect(answer).toMatchObject({ outcome: 'denied', code: 403 });
    expect(answer.message).toContain('podinfod=podinfo:6.0.1-rc1');
  });
});
