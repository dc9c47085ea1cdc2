import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { startSecureApi } from '../../../../test/support/rigs/secure-api.ts';
import type { SecureApi } from '../../../../test/support/rigs/secure-api.ts';
import { otherCertificate, testCertificate } from '../../../../test/support/rigs/test-certificate.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { createKubeClient } from '../client/kube-client.ts';
import type { KubeConfigOptions } from './kube-connection.ts';
import { loadKubeConfig } from './load-kube-config.ts';
import { readBody } from '../client/read-body.ts';
import { createRotatingHttp } from '../client/rotating-http.ts';

/** The whole way in: files, an HTTP client, a server that says whom it saw. */
describe('logging in at an API server', () => {
  let folder: string;
  let api: SecureApi;
  const clock = createFakeClock();
  const ends: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-login-'));
    api = await startSecureApi(testCertificate);
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
    await api.close();
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

  /** Resolves to a question to the server: who am I? */
  async function login(options: Partial<KubeConfigOptions>) {
    const connection = await loadKubeConfig({ env: {}, clock, serviceAccountFolder: folder, ...options });
    const http = createRotatingHttp({ connection, clock, create: createHttpClient });
    ends.push(() => http.close());
    return async (): Promise<unknown> => {
      const request = { method: 'GET', url: `${connection.server}/api` } as const;
      const headers = await connection.authorize({});
      const answer = await http.send({ ...request, headers }, AbortSignal.timeout(10_000));
      return JSON.parse(await readBody(answer, 10_000));
    };
  }

  describe('from a pod', () => {
    const podEnv = () => ({ KUBERNETES_SERVICE_HOST: 'localhost', KUBERNETES_SERVICE_PORT: `${api.port}` });
    beforeEach(() => {
      write('token', 'first\n');
      write('ca.crt', testCertificate.cert);
      write('namespace', 'sluice-system');
    });

    it('shows the token of its service account, and the new one after a rotation', async () => {
      const whoAmI = await login({ env: podEnv() });
      expect(await whoAmI()).toEqual({ authorization: 'Bearer first' });
      write('token', 'second\n');
      await clock.advance('11s');
      expect(await whoAmI()).toEqual({ authorization: 'Bearer second' });
    });

    it('trusts a new certificate of the server once its CA file has it', async () => {
      const whoAmI = await login({ env: podEnv() });
      await whoAmI();
      api.show(otherCertificate);
      write('ca.crt', `${testCertificate.cert}\n${otherCertificate.cert}`);
      await clock.advance('11s');
      expect(await whoAmI()).toEqual({ authorization: 'Bearer first' });
    });

    it('does not trust a server that its CA file does not vouch for', async () => {
      api.show(otherCertificate);
      const whoAmI = await login({ env: podEnv() });
      await expect(whoAmI()).rejects.toThrow('the TLS handshake failed');
    });

    it('keeps its token out of the error of a request that fails', async () => {
      write('token', 'secret-token');
      const connection = await loadKubeConfig({ env: podEnv(), clock, serviceAccountFolder: folder });
      const http = createHttpClient({ ...connection.http, tls: {} });
      ends.push(() => http.close());
      const { server } = connection;
      const authorize = (headers: Readonly<Record<string, string>>) => connection.authorize(headers);
      const client = createKubeClient({ http, server, authorize, clock, fieldManager: 'test' });
      const resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };
      const error: unknown = await client
        .list(resource, {}, AbortSignal.timeout(10_000))
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      for (let at = error; at instanceof Error; at = at.cause) {
        expect(`${at.message} ${JSON.stringify(at)}`).not.toContain('secret-token');
      }
    });
  });

  describe('by a kubeconfig', () => {
    const kubeconfig = (user: Record<string, unknown>, cluster: Record<string, unknown> = {}): string => {
      const config = {
        'current-context': 'test',
        clusters: [
          { name: 'test', cluster: { server: api.url, 'certificate-authority': 'ca.crt', ...cluster } },
        ],
        contexts: [{ name: 'test', context: { cluster: 'test', user: 'me' } }],
        users: [{ name: 'me', user }],
      };
      write('config', JSON.stringify(config));
      return join(folder, 'config');
    };
    beforeEach(() => write('ca.crt', testCertificate.cert));

    it('shows a client certificate, and the new one after a rotation', async () => {
      write('me.crt', testCertificate.cert);
      write('me.key', testCertificate.key);
      const user = { 'client-certificate': 'me.crt', 'client-key': 'me.key' };
      const whoAmI = await login({ kubeconfig: kubeconfig(user) });
      expect(await whoAmI()).toEqual({ certificate: 'localhost' });
      write('me.crt', otherCertificate.cert);
      write('me.key', otherCertificate.key);
      await clock.advance('11s');
      expect(await whoAmI()).toEqual({ certificate: 'other' });
    });

    it('shows a client certificate that is part of the kubeconfig', async () => {
      const base64 = (text: string): string => Buffer.from(text).toString('base64');
      const user = {
        'client-certificate-data': base64(otherCertificate.cert),
        'client-key-data': base64(otherCertificate.key),
      };
      const whoAmI = await login({ kubeconfig: kubeconfig(user) });
      expect(await whoAmI()).toEqual({ certificate: 'other' });
    });

    it('checks the server for another name when told so', async () => {
      const address = { server: `https://127.0.0.1:${api.port}` };
      const wrongName = await login({ kubeconfig: kubeconfig({ token: 'a' }, address) });
      await expect(wrongName()).rejects.toThrow('the TLS handshake failed');
      const named = { ...address, 'tls-server-name': 'localhost' };
      const whoAmI = await login({ kubeconfig: kubeconfig({ token: 'a' }, named) });
      expect(await whoAmI()).toEqual({ authorization: 'Bearer a' });
    });

    it('accepts any certificate of the server only when told so', async () => {
      const stranger = { 'certificate-authority': undefined };
      const careful = await login({ kubeconfig: kubeconfig({ token: 'a' }, stranger) });
      await expect(careful()).rejects.toThrow('the TLS handshake failed');
      const careless = { ...stranger, 'insecure-skip-tls-verify': true };
      const whoAmI = await login({ kubeconfig: kubeconfig({ token: 'a' }, careless) });
      expect(await whoAmI()).toEqual({ authorization: 'Bearer a' });
    });
  });
});
