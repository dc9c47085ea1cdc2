import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fate, FaultProxy, PassingRequest } from '../support/real/fault-proxy.ts';
import type { Outcome } from '../support/real/fault-run.ts';
import { tellRun } from '../support/real/fault-story.ts';
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
      expect(undisturbed.told['event']).toHaveLength(13);
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
