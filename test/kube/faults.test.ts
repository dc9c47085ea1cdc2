import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configMaps, deployments } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import { within } from '../contracts/kube-client/contract-space.ts';
import { writeTestKubeconfig } from '../support/real/control-plane.ts';
import { grantAllBut, grantRoutes } from '../support/real/faults/access.ts';
import { makeClientCertificate } from '../support/real/faults/certificates.ts';
import type { Fate, FaultProxy, PassingRequest } from '../support/real/faults/proxy.ts';
import type { Outcome } from '../support/real/faults/run.ts';
import { tellRun, tellStory } from '../support/real/faults/story.ts';
import { until } from '../support/real/until.ts';
import { guardedFolder } from '../support/real/guarded-spawn.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';
import { scenarioCanary, scenarioDeployment } from '../support/scenario/objects.ts';

const soon = { timeoutMs: 40_000 };
const [nextToken, limitedToken] = [randomUUID(), randomUUID()];

withRealKube('a rollout under faults of', (binaries) => {
  describe('a rollout on a real control plane', () => {
    const authorities = join(guardedFolder('authorities'), 'clients.pem');
    const [first, second] = [makeClientCertificate('first'), makeClientCertificate('second')];
    let cluster: RealCluster;
    let undisturbed: Outcome;

    beforeAll(async () => {
      writeFileSync(authorities, first.cert + second.cert);
      cluster = await startRealCluster(binaries, {
        namespaces: [],
        flags: [`--client-ca-file=${authorities}`],
        tokens: [`${nextToken},next,next,"system:masters"`, `${limitedToken},limited,limited`],
      });
      undisturbed = await tellRun(cluster, { namespace: 'undisturbed' });
    });
    afterAll(async () => cluster?.close());

    it('goes its way when nothing is wrong', () => {
      expect(undisturbed).toMatchObject({
        phase: 'Succeeded',
        illegal: [],
        templates: 2,
        image: 'podinfo:2',
        replicas: [2, 0],
        share: 0,
        asked: ['confirm-rollout', 'confirm-traffic-increase', 'pre-rollout', 'rollout'],
      });
      expect(undisturbed.told).toHaveLength(13);
      expect(undisturbed.warned).toEqual([expect.stringContaining('hook "gate" is closed')]);
    });

    // Begins first and goes on beside all others: nobody may be told sooner that silence is none.
    it.concurrent(
      'goes the same way although its watches go silent, which is noticed after 90 s',
      async () => {
        const namespace = 'silent';
        const outcome = await tellStory(cluster, { namespace }, async ({ run, proxy, start }) => {
          start();
          await run.initialized();
          await run.reachGate();
          proxy.silenceWatches();
          run.openGate();
          await run.succeeded(150_000);
        });
        expect(outcome).toEqual(undisturbed);
      },
      200_000,
    );

    it.concurrent.each([
      ['forward', 3_600_000],
      ['back', -3_600_000],
    ])('goes the same way although the clock is set %s by an hour', async (direction, ms) => {
      const file = join(guardedFolder('clock'), 'ahead');
      writeFileSync(file, '0');
      const preload = join(import.meta.dirname, '../support/real/faults/clock.ts');
      const env = { SLUICE_TEST_CLOCK: file, NODE_OPTIONS: `--import=${preload}` };
      const namespace = `clock-${direction}`;
      const outcome = await tellStory(cluster, { namespace }, async ({ run, start }) => {
        start({ env });
        await run.initialized();
        await run.reachGate();
        writeFileSync(file, String(ms));
        run.openGate();
        await run.succeeded();
      });
      expect(outcome).toEqual(undisturbed);
    });

    it.concurrent.each([
      ['every connection is reset, then each third request', 'resets', resetting],
      ['each second write is done but its answer gets lost', 'lost-answers', losingAnswers],
      ['the server asks for patience, 429 with Retry-After', 'too-many', refusing(429, 1)],
      ['the server is unavailable for a while, 503', 'unavailable', refusing(503)],
      ['the server breaks for a while, 500, also what it watches', 'broken', refusing(500)],
      ['the server takes 1.5 s for each answer', 'slow', slowing],
    ] as const)('goes the same way although %s', { timeout: 120_000 }, async (_, namespace, disturb) => {
      expect(await tellRun(cluster, { namespace }, ({ proxy }) => disturb(proxy))).toEqual(undisturbed);
    });

    it.concurrent('goes the same way although its token is rotated and the old one is refused', async () => {
      const outcome = await tellStory(cluster, { namespace: 'token' }, async ({ run, proxy, start }) => {
        const tokenFile = join(guardedFolder('token'), 'token');
        writeFileSync(tokenFile, cluster.plane.token);
        start({ kubeconfig: writeTestKubeconfig(proxy.url, { tokenFile }) });
        await run.initialized();
        await run.reachGate();
        writeFileSync(tokenFile, nextToken);
        const next = `Bearer ${nextToken}`;
        await until(
          'the new token is used',
          () => proxy.requests.some(({ authorization }) => authorization === next),
          soon,
        );
        proxy.onRequest(({ authorization }) =>
          authorization === next ? undefined : { kind: 'answer', status: 401 },
        );
        proxy.resetAll();
        run.openGate();
        await run.succeeded();
      });
      expect(outcome).toEqual(undisturbed);
    });

    it.concurrent(
      'goes the same way although its certificate is rotated and the old one is refused',
      async () => {
        const outcome = await tellStory(cluster, { namespace: 'certificate' }, async ({ run, start }) => {
          const folder = guardedFolder('client');
          const files = { cert: join(folder, 'client.crt'), key: join(folder, 'client.key') };
          const install = ({ cert, key }: typeof first): void => {
            writeFileSync(files.cert, cert);
            writeFileSync(files.key, key);
          };
          install(first);
          const user = { 'client-certificate': files.cert, 'client-key': files.key };
          start({ kubeconfig: writeTestKubeconfig(cluster.plane.url, user) });
          await run.initialized();
          await run.reachGate();
          install(second);
          writeFileSync(authorities, second.cert);
          await until('the old certificate is refused', async () => (await statusWith(first)) === 401, soon);
          expect(await statusWith(second)).toBe(200);
          run.openGate();
          await run.succeeded();
        });
        expect(outcome).toEqual({ ...undisturbed, warned: outcome.warned });
      },
    );

    async function statusWith({ cert, key }: typeof first): Promise<number> {
      const tls = { cert, key, rejectUnauthorized: false };
      const http = createHttpClient({ proxyFromEnvironment: false, env: {}, tls });
      const url = `${cluster.plane.url}/api/v1/namespaces`;
      const response = await http.send({ method: 'GET', url }, AbortSignal.timeout(5000));
      await response.discard();
      await http.close();
      return response.status;
    }

    it.concurrent('goes the same way beside 5,000 ConfigMaps, which are listed in pages', async () => {
      const namespace = 'many';
      const podSpec = { volumes: [{ name: 'settings', configMap: { name: 'settings-4999' } }] };
      const outcome = await tellStory(cluster, { namespace, podSpec }, async ({ run, proxy, start }) => {
        await createConfigMaps(cluster, namespace, 5000);
        start();
        await run.initialized();
        await run.reachGate();
        run.openGate();
        await run.succeeded();
        const pages = proxy.requests.filter(({ path }) => path.includes('/configmaps?limit=500'));
        expect(pages).toHaveLength(10);
        expect(pages.filter(({ path }) => path.includes('continue='))).toHaveLength(9);
        const copy = { namespace, name: 'settings-4999-primary' };
        expect(await cluster.get(configMaps, copy)).toBeDefined();
      });
      expect(outcome).toEqual(undisturbed);
    });

    it.concurrent(
      'goes the same way where routes are forbidden; only a canary that needs one says so, and goes on once they are allowed',
      async () => {
        const namespace = 'limited';
        const provider = 'kubernetes';
        const plain = await tellRun(cluster, { namespace: 'plain', provider });
        const outcome = await tellStory(cluster, { namespace, provider }, async ({ run, proxy, start }) => {
          await grantAllBut(cluster, namespace, 'limited', 'httproutes');
          await createRouted(cluster, namespace);
          start({ kubeconfig: writeTestKubeconfig(proxy.url, { token: limitedToken }) });
          await run.initialized();
          await run.reachGate();
          run.openGate();
          await run.succeeded();
          const said = async (): Promise<string> => JSON.stringify(await cluster.status(namespace, 'routed'));
          await until(
            'the missing right is said',
            async () => /needs HTTPRoute .*403 Forbidden.*limited/.test(await said()),
            soon,
          );
          expect(await said()).not.toContain('Initialized');
          await grantRoutes(cluster, namespace, 'limited');
          await until(
            'the canary works once it may',
            async () => (await cluster.status(namespace, 'routed')).phase === 'Initialized',
            { timeoutMs: 60_000 },
          );
        });
        expect(outcome).toEqual(plain);
      },
      120_000,
    );
  });
});

const each = (nth: number, fate: Fate, matches: (request: PassingRequest) => boolean = () => true) => {
  let count = 0;
  return (request: PassingRequest): Fate => (matches(request) && (count += 1) % nth === 0 ? fate : undefined);
};

/**
 * Each third request on average. A strict count would keep step with a pass of three requests, and hit the same one of them
 * for ever.
 */
function resetting(proxy: FaultProxy): void {
  const gaps = [3, 2, 4];
  let [reached, next] = [0, gaps[0] ?? 0];
  let turn = 0;
  proxy.resetAll();
  proxy.onRequest(() => {
    if ((reached += 1) < next) return undefined;
    turn += 1;
    [reached, next] = [0, gaps[turn % gaps.length] ?? 0];
    return { kind: 'reset' };
  });
}

function losingAnswers(proxy: FaultProxy): void {
  proxy.onRequest(each(2, { kind: 'lose-answer' }, ({ method }) => method !== 'GET'));
}

/** All that is asked in three seconds, and what was watched before. */
const refusing =
  (status: number, retryAfterSeconds?: number) =>
  (proxy: FaultProxy): void => {
    const fate: Fate = {
      kind: 'answer',
      status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    };
    proxy.onRequest(() => fate);
    proxy.resetAll();
    setTimeout(() => proxy.onRequest(() => undefined), 3000);
  };

function slowing(proxy: FaultProxy): void {
  proxy.onRequest(() => ({ kind: 'delay', ms: 1500 }));
}

async function createConfigMaps({ kube }: RealCluster, namespace: string, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `settings-${index}`).values();
  const lane = async (): Promise<void> => {
    for (const name of names) {
      const metadata = { name, namespace };
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { some: 'thing' } };
      await kube.client.create(configMaps, object, within());
    }
  };
  await Promise.all(Array.from({ length: 50 }, lane));
}

/** A second canary, of a target of its own, by a Gateway API route. */
async function createRouted({ kube }: RealCluster, namespace: string): Promise<void> {
  const text = JSON.stringify([
    scenarioDeployment('podinfo:1'),
    scenarioCanary({ spec: { provider: 'gatewayapi:v1' } }),
  ]);
  const [deployment, canary] = JSON.parse(text.replaceAll('"podinfo"', '"routed"'));
  deployment.metadata.namespace = namespace;
  canary.metadata.namespace = namespace;
  await kube.client.create(deployments, deployment, within());
  await kube.client.create(canaries, canary, within());
}
