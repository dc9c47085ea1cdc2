import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { SluiceError } from '../lib/sluice-error.ts';
import type { KubeConfigOptions, KubeConnection } from './kube-connection.ts';
import { loadKubeConfig } from './load-kube-config.ts';

interface Part {
  readonly name?: string;
  readonly cluster?: Record<string, unknown>;
  readonly user?: Record<string, unknown>;
}

describe('loading a kubeconfig', () => {
  let folder: string;
  const clock = createFakeClock();

  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  /** JSON is YAML. */
  const kubeconfig = ({ name = 'main', cluster = {}, user = {} }: Part): string =>
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': name,
      clusters: [{ name, cluster: { server: 'https://127.0.0.1:6443', ...cluster } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-namespace` } }],
      users: [{ name, user }],
    });
  const load = (options: Partial<KubeConfigOptions>): Promise<KubeConnection> =>
    loadKubeConfig({ env: {}, clock, ...options });
  const loadParts = (part: Part): Promise<KubeConnection> =>
    load({ kubeconfig: write('config', kubeconfig(part)) });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-kubeconfig-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('reads server, namespace and token', async () => {
    const connection = await loadParts({ user: { token: 'abc' } });
    expect(connection.server).toBe('https://127.0.0.1:6443');
    expect(connection.namespace).toBe('main-namespace');
    expect(await connection.authorize({ accept: 'x' })).toEqual({ accept: 'x', authorization: 'Bearer abc' });
  });

  it('reads certificates from data, and from files beside the kubeconfig', async () => {
    write('client.key', 'KEY');
    const connection = await loadParts({
      cluster: {
        'certificate-authority-data': Buffer.from('CA').toString('base64'),
        'tls-server-name': 'kube',
      },
      user: { 'client-certificate-data': Buffer.from('CERT').toString('base64'), 'client-key': 'client.key' },
    });
    const { ca, cert, key, servername, rejectUnauthorized } = connection.http.tls;
    expect([ca, cert, key].map(String)).toEqual(['CA', 'CERT', 'KEY']);
    expect(servername).toBe('kube');
    expect(rejectUnauthorized).toBeUndefined();
  });

  it('names a file that is missing', async () => {
    const loading = loadParts({ cluster: { 'certificate-authority': 'nowhere.pem' } });
    await expect(loading).rejects.toThrow(join(folder, 'nowhere.pem'));
  });

  it('skips the certificate check only when told so', async () => {
    const { http } = await loadParts({ cluster: { 'insecure-skip-tls-verify': true } });
    expect(http.tls.rejectUnauthorized).toBe(false);
  });

  it('sends no token over plain http', async () => {
    const connection = await loadParts({
      cluster: { server: 'http://127.0.0.1:8001' },
      user: { token: 'abc' },
    });
    expect(await connection.authorize({})).toEqual({});
  });

  it('sends user and password as Basic authentication', async () => {
    const connection = await loadParts({ user: { username: 'me', password: 'pw' } });
    expect(await connection.authorize({})).toEqual({ authorization: 'Basic bWU6cHc=' });
  });

  it('reads a token file again after it was rotated', async () => {
    write('token', 'first\n');
    const connection = await loadParts({ user: { tokenFile: 'token' } });
    expect(await connection.authorize({})).toEqual({ authorization: 'Bearer first' });
    write('token', 'second\n');
    expect(await connection.authorize({})).toEqual({ authorization: 'Bearer first' });
    await clock.advance('11s');
    expect(await connection.authorize({})).toEqual({ authorization: 'Bearer second' });
  });

  it('goes on with the token it has while a rotation leaves its file empty or away', async () => {
    const path = write('token', 'first\n');
    const connection = await loadParts({ user: { tokenFile: 'token' } });
    await connection.authorize({});
    for (const disturb of [() => write('token', ''), () => rmSync(path)]) {
      disturb();
      await clock.advance('11s');
      expect(await connection.authorize({})).toEqual({ authorization: 'Bearer first' });
    }
  });

  it('reads certificate files again after they were rotated', async () => {
    write('client.crt', 'FIRST');
    const connection = await loadParts({ user: { 'client-certificate': 'client.crt' } });
    expect(String(connection.http.tls.cert)).toBe('FIRST');
    write('client.crt', 'SECOND');
    expect(String((await connection.readTls()).cert)).toBe('SECOND');
  });

  it('asks an exec plugin for the token, and tells it of its protocol', async () => {
    const script = `printf '{"status":{"token":"%s"}}' "$(printf %s "$KUBERNETES_EXEC_INFO" | tr -dc 'a-zA-Z')"`;
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] };
    const connection = await loadParts({ user: { exec } });
    const { authorization } = await connection.authorize({});
    expect(authorization).toMatch(/^Bearer apiVersionclientauthentication/);
  });

  it('says which command to try when an exec plugin fails', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', 'exit 3'] };
    await expect(loadParts({ user: { exec } })).rejects.toThrow('does `kubectl get ns` work?');
  });

  it('lets the proxy of the cluster win over the environment', async () => {
    const path = write('config', kubeconfig({ cluster: { 'proxy-url': 'http://proxy:3128' } }));
    const { http } = await load({ kubeconfig: path, env: { https_proxy: 'http://other', no_proxy: '*' } });
    expect(http.env).toMatchObject({ https_proxy: 'http://proxy:3128', no_proxy: '' });
  });

  describe('finds it', () => {
    const paths = () => ({
      flag: write('flag', kubeconfig({ name: 'flag' })),
      env: write('env', kubeconfig({ name: 'env' })),
      second: write('second', kubeconfig({ name: 'second' })),
    });

    it('by the flag before KUBECONFIG', async () => {
      const { flag, env } = paths();
      const connection = await load({ kubeconfig: flag, env: { KUBECONFIG: env } });
      expect(connection.namespace).toBe('flag-namespace');
    });

    it('by KUBECONFIG, joined from several files of which the first names the context', async () => {
      const { env, second } = paths();
      const KUBECONFIG = `${join(folder, 'missing')}:${env}:${second}`;
      expect((await load({ env: { KUBECONFIG } })).namespace).toBe('env-namespace');
      expect((await load({ env: { KUBECONFIG }, context: 'second' })).namespace).toBe('second-namespace');
    });

    it('with another API server when told so', async () => {
      const { flag } = paths();
      expect((await load({ kubeconfig: flag, master: 'https://10.0.0.1' })).server).toBe('https://10.0.0.1');
    });

    it('nowhere, and says where it looked', async () => {
      await expect(load({ env: { HOME: folder } })).rejects.toThrow('KUBECONFIG is not set');
    });
  });

  it.each([
    ['a file that is not there', undefined, 'cannot be read'],
    ['what is not YAML', 'a: [', 'is not YAML'],
    ['what is no kubeconfig', 'replicaCount: 1', 'is not a kubeconfig'],
    [
      'a context that is not there',
      '{clusters: [], contexts: [], current-context: gone}',
      'has no context "gone"',
    ],
  ])('refuses %s by a sentence with the path', async (_what, content, sentence) => {
    const path = join(folder, 'broken');
    if (content !== undefined) write('broken', content);
    const error: unknown = await load({ kubeconfig: path }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SluiceError);
    expect(String(error)).toContain(sentence);
    expect(String(error)).toContain(path);
  });
});
