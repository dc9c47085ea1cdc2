import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
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
  const pem = (what: string): string => `-----BEGIN ${what}-----`;
  const load = (options: Partial<KubeConfigOptions>): Promise<KubeConnection> =>
    loadKubeConfig({ env: {}, clock, serviceAccountFolder: folder, ...options });
  const failure = (options: Partial<KubeConfigOptions>): Promise<string> =>
    load(options).then(
      () => 'no error',
      (error: unknown) =>
        error instanceof SluiceError ? describeError(error) : `not ours: ${String(error)}`,
    );
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
    write('client.key', pem('KEY'));
    const connection = await loadParts({
      cluster: {
        'certificate-authority-data': Buffer.from(pem('CA')).toString('base64'),
        'tls-server-name': 'kube',
      },
      user: {
        'client-certificate-data': Buffer.from(pem('CERT')).toString('base64'),
        'client-key': 'client.key',
      },
    });
    const { ca, cert, key, servername, rejectUnauthorized } = connection.http.tls;
    expect([ca, cert, key].map(String)).toEqual([pem('CA'), pem('CERT'), pem('KEY')]);
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
    write('client.crt', pem('FIRST'));
    write('client.key', pem('KEY'));
    const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    const connection = await loadParts({ user });
    expect(String(connection.http.tls.cert)).toBe(pem('FIRST'));
    write('client.crt', pem('SECOND'));
    expect(String((await connection.readTls()).cert)).toBe(pem('SECOND'));
  });

  it('takes the token file before a token beside it, and the token until there is a file', async () => {
    const connection = await loadParts({ user: { token: 'spare', tokenFile: 'token' } });
    expect(await connection.authorize({})).toEqual({ authorization: 'Bearer spare' });
    write('token', 'filed');
    await clock.advance('11s');
    expect(await connection.authorize({})).toEqual({ authorization: 'Bearer filed' });
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

  it('refuses a proxy of a kind that it cannot use, without its password', async () => {
    const cluster = { 'proxy-url': 'socks5://me:secret@proxy:1080' };
    const refusal = await failure({ kubeconfig: write('config', kubeconfig({ cluster })) });
    expect(refusal).toContain(
      `proxy-url of cluster "main" in ${join(folder, 'config')} is "socks5://***@proxy:1080"`,
    );
  });

  describe('says what is wrong with credentials, by field, entry and file', () => {
    const inConfig = () => `of user "main" in ${join(folder, 'config')}`;
    it.each<[string, Record<string, unknown>, (folder: string) => string]>([
      ['a token that YAML reads as a number', { token: 12345 }, () => `token ${inConfig()} is not text`],
      ['a token of two lines', { token: 'se\ncret' }, () => `token ${inConfig()} holds no token`],
      [
        'a certificate that is none',
        { 'client-certificate-data': Buffer.from('CERT').toString('base64') },
        () => `client-certificate-data ${inConfig()} holds no PEM block`,
      ],
      [
        'a certificate without its key',
        { 'client-certificate-data': Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64') },
        () => `user "main" in ${join(folder, 'config')} has no client-key`,
      ],
      [
        'a key without its certificate',
        { 'client-key-data': Buffer.from('-----BEGIN KEY-----').toString('base64') },
        () => `user "main" in ${join(folder, 'config')} has no client-certificate`,
      ],
    ])('%s', async (_what, user, sentence) => {
      expect(await failure({ kubeconfig: write('config', kubeconfig({ user })) })).toContain(
        sentence(folder),
      );
    });

    it('a token file that is empty or away, when it is first needed', async () => {
      const connection = await loadParts({ user: { tokenFile: 'token' } });
      await expect(connection.authorize({})).rejects.toThrow(
        `tokenFile ${inConfig()}: the file ${join(folder, 'token')} cannot be read`,
      );
      write('token', '\n');
      await expect(connection.authorize({})).rejects.toThrow(`the file ${join(folder, 'token')} is empty`);
    });

    it.each([
      ['one file', (broken: string) => ({ kubeconfig: broken })],
      [
        'one of several',
        (broken: string) => ({ env: { KUBECONFIG: `${write('ok', kubeconfig({}))}:${broken}` } }),
      ],
    ])('YAML that is broken, without quoting it: %s', async (_case, options) => {
      const broken = write('broken', 'users:\n- user:\n    token: "secret-token\n');
      const refusal = await failure(options(broken));
      expect(refusal).toContain(broken);
      expect(refusal).not.toContain('secret');
    });

    it('an answer of an exec plugin that is not JSON, without quoting it', async () => {
      const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'echo', args: ['secret-token'] };
      const refusal = await failure({ kubeconfig: write('config', kubeconfig({ user: { exec } })) });
      expect(refusal).toContain('the answer is not JSON');
      expect(refusal).not.toContain('secret');
    });
  });

  describe('from a pod', () => {
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
    beforeEach(() => {
      write('token', 'abc');
      write('ca.crt', pem('CA'));
      write('namespace', 'sluice-system\n');
    });

    it('reads address, namespace, token and certificate of its service account', async () => {
      const connection = await load({ env });
      expect(connection).toMatchObject({
        server: 'https://10.96.0.1:443',
        namespace: 'sluice-system',
        source: 'in-cluster',
      });
      expect(String(connection.http.tls.ca)).toBe(pem('CA'));
      expect(await connection.authorize({ accept: 'x' })).toEqual({
        accept: 'x',
        authorization: 'Bearer abc',
      });
    });

    it.each([
      [{ KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }, 'https://[fd00::1]:6443'],
      [{ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '' }, 'https://10.96.0.1:443'],
    ])('finds the API server of %j', async (address, server) => {
      expect((await load({ env: address })).server).toBe(server);
    });

    it('does without the namespace, which a volume of its own may lack', async () => {
      rmSync(join(folder, 'namespace'));
      expect((await load({ env })).namespace).toBeUndefined();
    });

    it('goes on with the token it has while a rotation leaves its file empty, and takes no empty certificate', async () => {
      const connection = await load({ env });
      write('token', '');
      write('ca.crt', '');
      await clock.advance('11s');
      expect(await connection.authorize({})).toEqual({ authorization: 'Bearer abc' });
      await expect(connection.readTls()).rejects.toThrow('holds no PEM block');
    });

    it.each(['token', 'ca.crt'])('names %s when it cannot be read', async (name) => {
      const path = join(folder, name);
      rmSync(path);
      mkdirSync(path);
      expect(await failure({ env })).toContain(`the pod's service account: the file ${path} cannot be read`);
    });

    it('says what a pod without a token needs', async () => {
      rmSync(join(folder, 'token'));
      expect(await failure({ env })).toContain('Set automountServiceAccountToken: true');
    });

    it('says which address it was told when that is none', async () => {
      const refusal = await failure({ env: { ...env, KUBERNETES_SERVICE_PORT: 'tcp' } });
      expect(refusal).toContain('KUBERNETES_SERVICE_PORT "tcp"');
    });
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

    it('by KUBECONFIG, where of entries with one name the first file has the right one', async () => {
      const first = write('first', kubeconfig({ name: 'same', user: { token: 'first' } }));
      const second = write('second', kubeconfig({ name: 'same', user: { token: 'second' } }));
      const connection = await load({ env: { KUBECONFIG: `${first}:${second}` } });
      expect(await connection.authorize({})).toEqual({ authorization: 'Bearer first' });
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
