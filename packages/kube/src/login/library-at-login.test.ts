import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testCertificate } from '../../../../test/support/rigs/test-certificate.ts';

/** Prints the library's name when the process loads a file of it, by whatever way. */
const watchLoading = `
  import { registerHooks } from 'node:module';
  let told = false;
  registerHooks({
    load(url, context, next) {
      if (url.includes('/node_modules/@kubernetes/client-node/') && !told) {
        told = true;
        process.stdout.write('loads the library, ');
      }
      return next(url, context);
    },
  });`;

const packages = join(import.meta.dirname, '../../..');

/** As the controller does it: its own modules first, and then the login. */
const logIn = `
  await import(${JSON.stringify(join(packages, 'sluice/src/cli/controller.ts'))});
  const { loadKubeConfig } = await import(${JSON.stringify(join(import.meta.dirname, 'load-kube-config.ts'))});
  const { createSystemClock } = await import(${JSON.stringify(join(packages, 'sluice/src/platform/system-clock.ts'))});
  const serviceAccountFolder = process.env['FOLDER'];
  const connection = await loadKubeConfig({ env: process.env, clock: createSystemClock(), serviceAccountFolder });
  const { authorization } = await connection.authorize({});
  process.stdout.write(\`logs in by \${authorization}\`);`;

/** A real process: what is loaded in this one would say nothing. */
describe('the Kubernetes client library', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-library-'));
    writeFileSync(join(folder, 'token'), 'pod-token');
    writeFileSync(join(folder, 'ca.crt'), testCertificate.cert);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const kubeconfig = (name: string, user: Record<string, unknown>): string => {
    const path = join(folder, name);
    const config = {
      'current-context': name,
      clusters: [{ name, cluster: { server: 'https://127.0.0.1:6443' } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };
  const outputOf = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const flags = ['--import', `data:text/javascript,${encodeURIComponent(watchLoading)}`];
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...flags, '--input-type=module', '--eval', logIn],
      { env: { PATH: process.env['PATH'], FOLDER: folder, ...env } },
    );
    return stdout;
  };

  it('is not loaded in a pod', async () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
    expect(await outputOf(env)).toBe('logs in by Bearer pod-token');
  });

  it('is not loaded for a kubeconfig with a token', async () => {
    expect(await outputOf({ KUBECONFIG: kubeconfig('token-user', { token: 'abc' }) })).toBe(
      'logs in by Bearer abc',
    );
  });

  it('is loaded for an exec plugin, and for several kubeconfigs', async () => {
    const apiVersion = 'client.authentication.k8s.io/v1';
    const exec = { apiVersion, command: 'echo', args: ['{"status":{"token":"plugged"}}'] };
    expect(await outputOf({ KUBECONFIG: kubeconfig('exec-user', { exec }) })).toBe(
      'loads the library, logs in by Bearer plugged',
    );
    const paths = ['one', 'two'].map((name) => kubeconfig(name, { token: name }));
    expect(await outputOf({ KUBECONFIG: paths.join(':') })).toBe('loads the library, logs in by Bearer one');
  });
});
