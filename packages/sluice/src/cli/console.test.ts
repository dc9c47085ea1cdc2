import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKubeClient } from '@sluice/kube/client/kube-client.ts';
import { runCommand } from '@sluice/lib/process/run-command.ts';
import { createApiServer } from '@sluice/local/api/server.ts';
import { createStore } from '@sluice/local/store/store.ts';
import { writeKubeconfig } from '@sluice/local/write-kubeconfig.ts';
import { createInProcessHttp } from '../../../../test/support/fakes/in-process-http.ts';
import { installCanaryKind, putCanary } from '../../../../test/support/console/put-canaries.ts';
import { canary } from '../../../../test/support/console/sample-canaries.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { accessOf, parseListen } from './console/console-flags.ts';
import type { ConsoleFlags } from './console/console-flags.ts';

const main = join(import.meta.dirname, 'main.ts');
const now = (): number => Date.now();

const defaults: ConsoleFlags = {
  listen: '127.0.0.1:8930',
  allowedHosts: '',
  meshProvider: 'istio',
  oidcScopes: 'openid',
  oidcUsernameClaim: 'sub',
  oidcUsernamePrefix: '',
  oidcGroupsClaim: 'groups',
  oidcGroupsPrefix: '',
  proxyUserHeader: 'X-Forwarded-User',
  proxyGroupsHeader: 'x-forwarded-groups',
};

describe('the flags of the console', () => {
  it.each([
    ['127.0.0.1:8930', { host: '127.0.0.1', port: 8930 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    [':80', { host: '::', port: 80 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
  ])('listen on %s', (text, expected) => {
    expect(parseListen(text)).toEqual(expected);
  });

  it.each(['', '8930', '127.0.0.1', '127.0.0.1:65536', '::1:80', 'a b:x'])('know no address %j', (text) => {
    expect(() => parseListen(text)).toThrow('is no address');
  });

  it.each(['0.0.0.0:8930', ':8930', '[::]:8930', '10.0.0.7:80', 'sluice.example:80', '127.evil.example:80'])(
    'let nobody listen on %s without asking who comes',
    (listen) => {
      expect(() => accessOf({ ...defaults, listen })).toThrow('--auth=token');
    },
  );

  it.each<[Partial<ConsoleFlags>, string]>([
    [{ auth: 'none' }, '--auth "none" is unknown'],
    [{ auth: 'oidc' }, '--oidc-issuer'],
    [{ auth: 'oidc', oidcIssuer: 'http://login.example' }, '--oidc-issuer, an https URL'],
    [{ auth: 'oidc', oidcIssuer: 'https://login.example' }, '--public-url'],
    [
      { auth: 'oidc', oidcIssuer: 'https://login.example', publicUrl: 'https://s.example' },
      '--oidc-client-id',
    ],
    [{ auth: 'proxy' }, '--proxy-from'],
    [{ auth: 'proxy', proxyFrom: 'proxy.example' }, 'is no network'],
    [{ auth: 'proxy', proxyFrom: '10.0.0.0/33' }, 'is no network'],
  ])('%j is refused with the flag that is wrong', (flags, message) => {
    expect(() => accessOf({ ...defaults, ...flags })).toThrow(message);
  });

  it('trust the networks of a proxy alone', () => {
    const access = accessOf({ ...defaults, auth: 'proxy', proxyFrom: '10.1.0.0/16, fd00::/8' });
    if (access.mode !== 'proxy') throw new Error('it is no proxy');
    const addresses = ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::7', '10.2.0.1', '127.0.0.1', '', 'x'];
    expect(addresses.map((address) => access.isTrusted(address))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(access.userHeader).toBe('x-forwarded-user');
  });
});

describe('sluice console', () => {
  const closers: (() => Promise<unknown> | void)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  const run = (...args: readonly string[]) =>
    runCommand({ argv: [process.execPath, main, 'console', ...args], env: process.env, timeoutMs: 20_000 });

  it('is a usage error where its users would not be known', async () => {
    const { exitCode, output } = await run('--listen', '0.0.0.0:0');
    expect([exitCode, output]).toEqual([2, expect.stringContaining('add --auth=token')]);
  });

  it('serves the rollouts of the kubeconfig to its own user, and ends when it is told to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-console-'));
    closers.push(() => rmSync(folder, { recursive: true, force: true }));
    const server = createApiServer({ store: createStore({ now }), now });
    const kube = createKubeClient({
      http: createInProcessHttp((request) => server.app.fetch(request)),
      clock: createSystemClock(),
      server: 'http://local',
      authorize: (headers) => Promise.resolve({ ...headers }),
      fieldManager: 'test',
    });
    await installCanaryKind(kube);
    await putCanary(kube, canary('prod', 'checkout'));
    const listening = await server.listen({ host: '127.0.0.1', port: 0 });
    closers.push(() => listening.close());
    const kubeconfig = join(folder, 'kubeconfig');
    writeKubeconfig(kubeconfig, listening.url);
    const child: ChildProcess = spawn(
      process.execPath,
      [main, 'console', '--listen', '127.0.0.1:0', '--kubeconfig', kubeconfig],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    closers.push(() => void child.kill('SIGKILL'));
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const url = /http:\S+/.exec(line.toString())?.[0] ?? '';
    await vi.waitFor(
      async () => expect(await (await fetch(`${url}/rollouts`)).text()).toContain('prod/checkout'),
      10_000,
    );
    expect(await (await fetch(`${url}/settings`)).text()).toContain('local-admin');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
