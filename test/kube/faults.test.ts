import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fate, FaultProxy, PassingRequest } from '../support/real/fault-proxy.ts';
import type { Outcome } from '../support/real/fault-run.ts';
import { tellRun, tellStory } from '../support/real/fault-story.ts';
import { guardedFolder } from '../support/real/guarded-spawn.ts';
import { startRealCluster } from '../support/real/real-cluster.ts';
import type { RealCluster } from '../support/real/real-cluster.ts';
import { withRealKube } from '../support/real/real-kube.ts';

withRealKube('a rollout under faults of', (binaries) => {
  describe('a rollout on a real control plane', () => {
    let cluster: RealCluster;
    let undisturbed: Outcome;

    beforeAll(async () => {
      cluster = await startRealCluster(binaries, { namespaces: [] });
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
      const preload = join(import.meta.dirname, '../support/real/fault-clock.ts');
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
    ] as const)('goes the same way although %s', async (_, namespace, disturb) => {
      expect(await tellRun(cluster, { namespace }, ({ proxy }) => disturb(proxy))).toEqual(undisturbed);
    });
  });
});

const each = (nth: number, fate: Fate, matches: (request: PassingRequest) => boolean = () => true) => {
  let count = 0;
  return (request: PassingRequest): Fate => (matches(request) && (count += 1) % nth === 0 ? fate : undefined);
};

function resetting(proxy: FaultProxy): void {
  proxy.resetAll();
  proxy.onRequest(each(3, { kind: 'reset' }));
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
