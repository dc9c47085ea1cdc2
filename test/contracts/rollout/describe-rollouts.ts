import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Facts, RolloutCluster, RolloutWorld, WorldParts } from './world.ts';

/** Quick, and of weights 25 and 50 unless it has iterations. */
const analysisOf = (own: WorldParts['analysis'] = {}): NonNullable<WorldParts['analysis']> => ({
  interval: '1s',
  threshold: 2,
  ...(own.iterations === undefined ? { stepWeights: [25, 50] } : {}),
  ...own,
});
const atRest = ({ phase, replicas }: Facts): boolean => phase === 'Initialized' && replicas['podinfo'] === 0;
const succeeded = ({ phase, replicas }: Facts): boolean => phase === 'Succeeded' && replicas['podinfo'] === 0;
const failed = ({ phase, replicas }: Facts): boolean => phase === 'Failed' && replicas['podinfo'] === 0;

/** What a rollout is, on any cluster: the same sentences for the one in process and for a real control plane. */
export function describeRollouts(where: string, start: () => Promise<RolloutCluster>): void {
  describe(`rollouts on ${where}`, () => {
    let cluster: RolloutCluster | undefined;
    beforeAll(async () => void (cluster = await start()), 90_000);
    afterAll(async () => cluster?.close());

    /** A sentence about a canary that is initialized and at rest. */
    const sentence = (
      text: string,
      parts: WorldParts,
      test: (world: RolloutWorld) => Promise<void>,
      run: typeof it.concurrent = it.concurrent,
    ): void => {
      run(text, async () => {
        if (cluster === undefined) throw new Error('the cluster is not there');
        const world = await cluster.createWorld({ ...parts, analysis: analysisOf(parts.analysis) });
        try {
          await world.until(atRest);
          await test(world);
        } finally {
          await world.end();
        }
      });
    };

    describe('a run', () => {
      sentence('walks through its weights and is promoted', {}, async (world) => {
        await world.ship('podinfo:2');
        const end = await world.until(succeeded);
        expect(end.weights).toEqual([25, 50, 0]);
        expect(end.phases).toEqual(['Progressing', 'Promoting', 'Finalising', 'Succeeded']);
        expect(end.images['podinfo-primary']).toBe('podinfo:2');
      });

      sentence(
        'brings the traffic back in steps of stepWeightPromotion',
        { analysis: { stepWeights: [60], stepWeightPromotion: 50 } },
        async (world) => {
          await world.ship('podinfo:2');
          expect((await world.until(succeeded)).weights).toEqual([60, 10, 0]);
        },
      );

      sentence(
        'of blue/green judges without traffic, then with all of it',
        { analysis: { iterations: 2 }, hooks: [['rollout', '/load']] },
        async (world) => {
          await world.ship('podinfo:2');
          const end = await world.until(succeeded);
          expect(end.weights).toEqual([100, 0]);
          expect(end.calls['/load']).toHaveLength(3);
        },
      );

      sentence(
        'of blue/green without a mesh switches services only',
        { provider: 'kubernetes', analysis: { iterations: 2 } },
        async (world) => {
          await world.ship('podinfo:2');
          const end = await world.until(succeeded);
          expect(end).toMatchObject({ weight: undefined, images: { 'podinfo-primary': 'podinfo:2' } });
        },
      );

      sentence(
        'of A/B gives the canary only those who match',
        {
          analysis: {
            iterations: 2,
            match: [{ headers: { 'x-tester': { exact: 'yes' } } }],
          },
        },
        async (world) => {
          await world.ship('podinfo:2');
          const during = await world.until(({ matchedWeight }) => matchedWeight === 100);
          expect(during.weight).toBe(0);
          expect((await world.until(succeeded)).images['podinfo-primary']).toBe('podinfo:2');
        },
      );

      sentence(
        'with skipAnalysis is promoted without questions',
        { spec: { skipAnalysis: true }, hooks: [['pre-rollout', '/pre']], replies: { '/pre': 500 } },
        async (world) => {
          await world.ship('podinfo:2');
          const end = await world.until(succeeded);
          expect(end.images['podinfo-primary']).toBe('podinfo:2');
          expect(end.calls['/pre'] ?? []).toHaveLength(0);
        },
      );

      sentence('of a newer revision takes the place of the one that is on', {}, async (world) => {
        await world.ship('podinfo:2');
        await world.until(({ weight }) => weight === 25);
        await world.ship('podinfo:3');
        const end = await world.until(succeeded);
        expect(end.images['podinfo-primary']).toBe('podinfo:3');
        expect(end.weights.slice(-3)).toEqual([25, 50, 0]);
      });
    });

    describe('a gate', () => {
      sentence(
        'confirm-rollout holds the target at zero',
        { hooks: [['confirm-rollout', '/gate']], replies: { '/gate': 403 } },
        async (world) => {
          await world.ship('podinfo:2');
          const waiting = await world.until(({ phase }) => phase === 'Waiting');
          expect(waiting.replicas['podinfo']).toBe(0);
          world.reply('/gate', 200);
          await world.until(succeeded);
        },
      );

      sentence(
        'confirm-traffic-increase holds the traffic',
        { hooks: [['confirm-traffic-increase', '/gate']], replies: { '/gate': 403 } },
        async (world) => {
          await world.ship('podinfo:2');
          const waiting = await world.until(({ calls }) => (calls['/gate'] ?? []).length > 1);
          expect(waiting).toMatchObject({ phase: 'Progressing', weight: 0 });
          world.reply('/gate', 200);
          expect((await world.until(succeeded)).weights).toEqual([25, 50, 0]);
        },
      );

      sentence(
        'confirm-promotion holds the primary as it is',
        { hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } },
        async (world) => {
          await world.ship('podinfo:2');
          const waiting = await world.until(({ phase }) => phase === 'WaitingPromotion');
          expect(waiting.images['podinfo-primary']).toBe('podinfo:1');
          world.reply('/gate', 200);
          expect((await world.until(succeeded)).images['podinfo-primary']).toBe('podinfo:2');
        },
      );
    });

    describe('a rollback', () => {
      const expectRolledBack = async (world: RolloutWorld): Promise<Facts> => {
        const end = await world.until(failed);
        expect(end.weight).toBe(0);
        expect(end.images['podinfo-primary']).toBe('podinfo:1');
        return end;
      };

      sentence(
        'comes when its hook says yes, and post-rollout hears of it',
        {
          hooks: [
            ['rollback', '/rollback'],
            ['post-rollout', '/post'],
          ],
          replies: { '/rollback': 403 },
        },
        async (world) => {
          await world.ship('podinfo:2');
          await world.until(({ weight }) => weight === 25);
          world.reply('/rollback', 200);
          await expectRolledBack(world);
          const told = await world.until(({ calls }) => (calls['/post'] ?? []).length > 0);
          expect(told.calls['/post']?.map(({ phase }) => phase)).toEqual(['Failed']);
        },
      );

      sentence(
        'comes when rollout hooks fail too often',
        { hooks: [['rollout', '/load']], replies: { '/load': 500 } },
        async (world) => {
          await world.ship('podinfo:2');
          const end = await expectRolledBack(world);
          expect(end.calls['/load']).toHaveLength(2);
        },
      );

      sentence(
        'comes without any traffic when pre-rollout fails',
        { hooks: [['pre-rollout', '/pre']], replies: { '/pre': 500 } },
        async (world) => {
          await world.ship('podinfo:2');
          expect((await expectRolledBack(world)).weights).toEqual([]);
        },
      );

      sentence(
        'comes when a metric is out of range',
        { analysis: { metrics: [{ name: 'request-success-rate', thresholdRange: { min: 99 } }] } },
        async (world) => {
          world.measure(42);
          await world.ship('podinfo:2');
          const end = await expectRolledBack(world);
          expect(end.canary?.status?.run?.metrics?.[0]).toMatchObject({ verdict: 'denied', value: 42 });
        },
      );

      sentence(
        'comes when its pods are not ready in time',
        { spec: { progressDeadlineSeconds: 3 } },
        async (world) => {
          await world.setHealthy('podinfo:bad', false);
          await world.ship('podinfo:bad');
          expect((await expectRolledBack(world)).weights).toEqual([]);
        },
      );

      sentence('comes when it is aborted', {}, async (world) => {
        await world.ship('podinfo:2');
        await world.until(({ weight }) => weight === 25);
        await world.patchCanary({ metadata: { annotations: { 'sluice.dev/abort': 'wrong image' } } });
        expect((await expectRolledBack(world)).canary?.status?.run?.cause).toContain('wrong image');
      });
    });

    describe('a canary', () => {
      sentence(
        'tells its events, and how a run ended',
        {
          hooks: [
            ['event', '/event'],
            ['post-rollout', '/post'],
          ],
        },
        async (world) => {
          await world.ship('podinfo:2');
          await world.until(succeeded);
          const told = await world.until(({ calls }) => (calls['/post'] ?? []).length > 0);
          expect(told.calls['/post']?.map(({ phase }) => phase)).toEqual(['Succeeded']);
          expect(told.calls['/event']?.length).toBeGreaterThan(3);
        },
      );

      sentence('that is suspended starts nothing', {}, async (world) => {
        await world.patchCanary({ spec: { suspend: true } });
        await world.ship('podinfo:2');
        await world.pass(3_000);
        expect(await world.look()).toMatchObject({ phase: 'Initialized', replicas: { podinfo: 0 } });
        await world.patchCanary({ spec: { suspend: false } });
        await world.until(succeeded);
      });

      sentence(
        'with revertOnDeletion leaves the target in its place',
        { spec: { revertOnDeletion: true } },
        async (world) => {
          await world.deleteCanary();
          const end = await world.until(({ canary }) => canary === undefined);
          expect(end.replicas['podinfo']).toBe(2);
          await world.until(({ replicas }) => replicas['podinfo-primary'] === undefined);
        },
      );
    });

    describe('a controller that dies', () => {
      sentence(
        'in the middle of a run is replaced by one that ends it',
        { hooks: [['confirm-promotion', '/gate']], replies: { '/gate': 403 } },
        async (world) => {
          await world.ship('podinfo:2');
          await world.until(({ weight }) => weight === 25);
          await world.replaceController();
          await world.until(({ phase }) => phase === 'WaitingPromotion');
          await world.replaceController();
          world.reply('/gate', 200);
          const end = await world.until(succeeded);
          expect(end.weights).toEqual([25, 50, 0]);
          expect(end.phases).toEqual([
            'Progressing',
            'WaitingPromotion',
            'Promoting',
            'Finalising',
            'Succeeded',
          ]);
        },
        it,
      );
    });
  });
}
