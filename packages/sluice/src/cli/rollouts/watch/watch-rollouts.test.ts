import { describe, expect, it } from 'vitest';
import { KubeError } from '@sluice/kube/objects/kube-error.ts';
import type { RolloutView } from '../../../view/rollout-view.ts';
import { createBreakableKubeClient } from '../../../../../../test/support/fakes/breakable-kube-client.ts';
import { createFakeClock } from '../../../../../../test/support/fakes/fake-clock.ts';
import type { Connected } from '../../connect.ts';
import type { Call } from '../frame.ts';
import type { Paper } from '../paper.ts';
import { codeWhenOver, parseUntil } from './until.ts';
import { watchRollouts } from './watch-rollouts.ts';

const at = '2026-01-01T00:00:00Z';
const closed = {
  step: 'advance',
  for: 'hook',
  reason: 'GateClosed',
  name: 'ci',
  message: 'ci is closed',
  since: at,
};

function canary(phase: string, status: object = {}) {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { namespace: 'prod', name: 'podinfo' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      analysis: { interval: '10s', threshold: 1, stepWeight: 10 },
    },
    status: { phase, failedChecks: 0, canaryWeight: 10, iterations: 0, ...status },
  };
}

function start() {
  const clock = createFakeClock();
  const client = createBreakableKubeClient();
  const out: string[] = [];
  const err: string[] = [];
  const paper: Partial<Paper> = {
    isTerminal: false,
    out: (...lines) => void out.push(...lines),
    err: (...lines) => void err.push(...lines),
  };
  const cluster: Partial<Connected> = { client, clock };
  const call = { paper, cluster, flags: {}, ref: { namespace: 'prod', name: 'podinfo' } } as Call;
  const watch = (): Promise<number> =>
    watchRollouts(call, {
      scope: {},
      isWanted: () => true,
      picture: () => [],
      timeoutMs: 0,
      quit: () => 0,
      end: ([view]) => (view?.kind === 'RolloutView' && view.phase === 'Succeeded' ? 0 : undefined),
    });
  return { clock, client, out, err, watch };
}

describe('a watch of rollouts in a pipe', () => {
  it('says once a minute that it still waits', async () => {
    const { clock, client, out, watch } = start();
    client.put(canary('WaitingPromotion', { waiting: closed }));
    const ended = watch();
    await clock.advance('2m30s');
    client.put(canary('Succeeded'));
    await clock.advance('1s');
    expect(await ended).toBe(0);
    expect(out.map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'prod/podinfo WaitingPromotion 10 person ci is closed',
      'prod/podinfo WaitingPromotion 10 person ci is closed (still waiting)',
      'prod/podinfo WaitingPromotion 10 person ci is closed (still waiting)',
      expect.stringContaining('prod/podinfo Succeeded 10 nothing'),
    ]);
  });

  it('survives a cut connection silently, and after 10 s says so, and when it is live again', async () => {
    const { clock, client, out, err, watch } = start();
    const gone = (): KubeError => new KubeError('connection refused', { code: 0, reason: 'NoAnswer' });
    client.put(canary('Progressing'));
    const ended = watch();
    await clock.advance('6s');
    client.breakWatches(gone());
    await clock.advance('3s');
    expect(err).toEqual([]);
    client.failWatches(...Array.from({ length: 6 }, gone));
    client.breakWatches(gone());
    await clock.advance('13s');
    expect(err).toEqual([
      expect.stringMatching(/^live data lost, showing .*Z, retrying: connection refused$/),
    ]);
    await clock.advance('2m');
    expect(err.slice(1)).toEqual(['live data is back']);
    client.put(canary('Succeeded'));
    await clock.advance('1s');
    expect(await ended).toBe(0);
    expect(out).toHaveLength(2);
  });
});

describe('what a watch waits for', () => {
  const over = (until: string, changes: Partial<RolloutView>, isOurs = true): number | undefined => {
    const view = {
      state: 'machine',
      phase: 'Progressing',
      run: null,
      traffic: { written: 20, most: 50 },
      ...changes,
    };
    return codeWhenOver(view as RolloutView, parseUntil(until), isOurs);
  };
  const withdrawn = { id: 'r', startedAt: at, step: 1, cause: 'withdrawn', requestedBy: '' };
  it.each<[string, Partial<RolloutView>, number | undefined]>([
    ['succeeded', {}, undefined],
    ['succeeded', { state: 'person' }, undefined],
    ['succeeded', { state: 'done', phase: 'Succeeded' }, 0],
    ['succeeded', { state: 'done', phase: 'Succeeded', run: withdrawn }, 3],
    ['succeeded', { state: 'idle', phase: 'Initialized' }, 0],
    ['succeeded', { state: 'failed', phase: 'Failed' }, 3],
    ['succeeded', { state: 'back', phase: 'Promoting' }, undefined],
    ['gate', {}, undefined],
    ['gate', { state: 'person' }, 0],
    ['gate', { state: 'done', phase: 'Succeeded' }, 0],
    ['gate', { state: 'failed', phase: 'Failed' }, 3],
    ['promoted', { phase: 'Promoting' }, undefined],
    ['promoted', { phase: 'Finalising' }, 0],
    ['promoted', { state: 'failed', phase: 'Failed' }, 3],
    ['weight=20', {}, 0],
    ['weight=21', {}, undefined],
    ['weight=21', { phase: 'Finalising', traffic: { written: 0, most: 50 } }, 0],
    ['weight=21', { state: 'failed', phase: 'Failed' }, 3],
  ])('%s with %j ends it with %s', (until, view, code) => {
    expect(over(until, view)).toBe(code);
  });

  it('has not come before the run that is meant has begun', () => {
    expect(over('succeeded', { state: 'done', phase: 'Succeeded' }, false)).toBeUndefined();
    expect(over('succeeded', { state: 'failed', phase: 'Failed' }, false)).toBeUndefined();
  });
});
