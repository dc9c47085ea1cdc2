import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployments, events } from '@sluice/kube/objects/resources.ts';
import { canaries } from '../../api/resources.ts';
import { at, run, startCommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';
import type { CommandCluster } from '../../../../../test/support/rigs/command-cluster.ts';

const ref = { namespace: 'default', name: 'podinfo' };
const ended = '2026-01-01T00:12:00Z';
let cluster: CommandCluster;

beforeAll(async () => {
  cluster = await startCommandCluster();
  cluster.putCanary('bare', {});
  cluster.putCanary(
    'podinfo',
    {
      phase: 'Succeeded',
      run,
      history: [
        {
          id: 'r1',
          revision: 'v1:1111111111',
          result: 'failed',
          startedAt: at,
          endedAt: ended,
          images: ['podinfod=podinfo:1'],
          cause: 'too many errors',
        },
        { id: 'r2', revision: 'v1:2222222222', result: 'undone', startedAt: at, endedAt: ended, by: 'alice' },
      ],
      decisions: [
        {
          verb: 'approve',
          hook: 'go',
          by: 'bob',
          verified: true,
          via: 'console',
          reason: 'fine\u001b[2J',
          at,
          result: 'done',
          message: 'approved',
          request: 'x',
        },
      ],
      hooks: [
        {
          name: 'load',
          type: 'rollout',
          index: 0,
          id: 'd1',
          outcome: 'denied',
          code: 500,
          message: 'too slow',
          attempts: 3,
          durationMs: 1_500,
          step: 1,
          at,
        },
      ],
      outbox: [{ id: 'd2', kind: 'event', hook: '', index: -1, phase: 'Succeeded', message: 'done', at }],
      outboxDropped: 4,
      deadLetters: [{ id: 'd3', kind: 'event', hook: 'slack', reason: 'timeout', at }],
    },
    {
      analysis: {
        interval: '10s',
        threshold: 5,
        stepWeight: 10,
        webhooks: [
          { name: 'load', url: 'http://user:secret@tester/' },
          { name: 'bye', type: 'post-rollout', url: 'http://tester/' },
        ],
      },
    },
  );
  event('e1', 'Synced', cluster.store.get(canaries, ref)?.metadata.uid ?? '', '2026-01-01T00:02:00Z');
  event('e2', 'Began', cluster.store.get(canaries, ref)?.metadata.uid ?? '', '2026-01-01T00:01:00Z');
  event('e3', 'Earlier', 'of-a-deleted-one', at);
});
afterAll(() => cluster.close());

function event(name: string, reason: string, uid: string, lastTimestamp: string): void {
  cluster.store.create(events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'default', name },
    involvedObject: { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...ref, uid },
    reason,
    type: 'Normal',
    message: `${reason} it`,
    lastTimestamp,
    count: 2,
  });
}

describe('sluice history', () => {
  it('lists the runs, the newest first, and the decisions with who made them', async () => {
    const { out, code } = await cluster.sluice(['history', 'podinfo']);
    const [header, first, next, , decisionHeader, decision] = out.split('\n');
    expect(header).toMatch(/^RESULT +REVISION +STARTED +TOOK +BY +IMAGES +CAUSE$/);
    expect(first).toMatch(/^↩ undone +2222222222 +2026-01-01 00:00:00Z +12m +alice$/);
    expect(next).toMatch(/^✖ failed +1111111111 +.* +podinfod=podinfo:1 +too many errors$/);
    expect(decisionHeader).toMatch(/^DECISION +AT +BY +VIA +HOOK +REASON +RESULT$/);
    expect(decision).toMatch(
      /^✔ approve +.* +bob \(verified\) +console +go +fine\\u001b\[2J +done: approved$/,
    );
    expect(code).toBe(0);
  });
});

describe('sluice hooks', () => {
  it('lists last answers as they were judged, and announcements that are under way or lost', async () => {
    const { out, code } = await cluster.sluice(['hooks', 'podinfo']);
    expect(out).toMatch(/^load +rollout +500 +✖ fail +1\.5s +3 +2026-01-01 00:00:00Z +too slow$/m);
    expect(out).toMatch(/^bye +post-rollout +○ not called yet$/m);
    expect(out).toMatch(/^event +the event webhook +◌ not acknowledged yet +\S+ +d2 +done$/m);
    expect(out).toMatch(/^event +slack +! lost, given up +\S+ +d3 +timeout$/m);
    expect(out).toContain('4 announcements were dropped');
    expect(out).not.toContain('secret');
    expect(code).toBe(0);
  });
});

describe('sluice events', () => {
  it('lists the events of this Canary, the oldest first, and none of a deleted one of its name', async () => {
    const { out, code } = await cluster.sluice(['events', 'podinfo']);
    expect(out.split('\n').map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ['TYPE', 'REASON', 'COUNT', 'MESSAGE'],
      ['Normal', 'Began', '2', 'Began it'],
      ['Normal', 'Synced', '2', 'Synced it'],
      [],
    ]);
    expect(code).toBe(0);
  });
});

describe.each(['history', 'hooks', 'events'])('sluice %s', (name) => {
  it('gives programs a versioned object of the canary, as JSON and YAML', async () => {
    const { out } = await cluster.sluice([name, 'podinfo', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      apiVersion: 'cli.sluice.dev/v1',
      kind: expect.any(String),
      metadata: ref,
    });
    expect(out).not.toContain('\u001b');
    expect((await cluster.sluice([name, 'podinfo', '-o', 'yaml'])).out).toContain(
      'apiVersion: cli.sluice.dev/v1',
    );
  });

  it('says that there is nothing, on standard error', async () => {
    const { out, err, code } = await cluster.sluice([name, 'bare']);
    expect(out).toBe('');
    expect(err).toContain('default/bare has no ');
    expect(code).toBe(0);
  });

  it('ends with 6 for a canary that is not there, and with 2 without a name', async () => {
    expect((await cluster.sluice([name, 'nobody'])).code).toBe(6);
    expect((await cluster.sluice([name])).code).toBe(2);
  });
});

describe('sluice version --cluster', () => {
  it('names this version, the controllers that run, and whether the CRD has all its fields', async () => {
    const plain = await cluster.sluice(['version']);
    const none = await cluster.sluice(['version', '--cluster']);
    expect(none.out).toBe(
      `client      ${plain.out}controller  none found\nCRD         has all fields of this version\n`,
    );
    cluster.store.create(deployments, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'default', name: 'sluice' },
      spec: {
        selector: { matchLabels: { app: 'x' } },
        template: {
          metadata: { labels: { app: 'x' } },
          spec: { containers: [{ name: 'c', image: 'ghcr.io/acme/sluice:9', args: ['controller'] }] },
        },
      },
    });
    const { out, code } = await cluster.sluice(['version', '--cluster']);
    expect(out).toContain('controller  ghcr.io/acme/sluice:9 (deployment default/sluice)');
    expect(code).toBe(0);
    expect(JSON.parse((await cluster.sluice(['version', '--cluster', '-o', 'json'])).out)).toMatchObject({
      kind: 'Versions',
      crd: 'current',
    });
    expect((await cluster.sluice(['version', '-o', 'json'])).code).toBe(2);
  });
});
