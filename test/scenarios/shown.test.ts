import { describe, expect, it } from 'vitest';
import { deployments, pods } from '@sluice/kube/objects/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

const promoted = (scenario: Scenario) => scenario.condition('Promoted');

describe('an invalid Canary', () => {
  const broken = { analysis: { stepWeights: [50, 20] } };

  it('says so in status.waiting', async () => {
    const scenario = await createScenario(broken);
    await scenario.clock.advance('3s');
    expect(scenario.status().waiting).toMatchObject({ for: 'person', reason: 'Invalid' });
    expect(scenario.status().waiting?.message).toContain('stepWeights[1]');
  });

  it('that was promoted before says so, too, and no longer once it is mended', async () => {
    const scenario = await initialized({ analysis: { stepWeights: [20, 50] } });
    await scenario.clock.advance('2s');
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, ...broken.analysis } }));
    await scenario.clock.advance('3s');
    expect(scenario.status().waiting).toMatchObject({ for: 'person', reason: 'Invalid' });
    expect(scenario.status().phase).toBe('Initialized');
    scenario.edit((spec) => ({ analysis: { ...spec.analysis, stepWeights: [20, 50] } }));
    await scenario.clock.advance('3s');
    expect(scenario.status().waiting).toBeUndefined();
    expect(scenario.condition('Invalid')).toBeUndefined();
  });
});

describe('a new revision that nobody looks at', () => {
  const holds: readonly (readonly [string, (scenario: Scenario, isHeld: boolean) => void])[] = [
    ['suspend', (scenario, isHeld) => scenario.edit(() => ({ suspend: isHeld }))],
    [
      'Invalid',
      (scenario, isHeld) =>
        scenario.edit(({ analysis }) => ({ analysis: { ...analysis, stepWeight: isHeld ? 0 : 25 } })),
    ],
  ];

  it.each(holds)('behind %s makes Promoted Unknown, and is an event', async (_name, hold) => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    hold(scenario, true);
    await scenario.clock.advance('3s');
    expect(promoted(scenario)?.status).toBe('True');
    scenario.ship('podinfo:2');
    await scenario.clock.advance('3s');
    expect(promoted(scenario)?.status).toBe('Unknown');
    expect(scenario.events()).toContain('Warning RevisionWaits');
    await scenario.restart();
    await scenario.clock.advance('3s');
    expect(scenario.events().filter((event) => event === 'Warning RevisionWaits')).toHaveLength(1);
    hold(scenario, false);
    await scenario.reaches('Succeeded');
    expect(promoted(scenario)?.status).toBe('True');
  });

  it('and that is taken back makes Promoted True again', async () => {
    const scenario = await initialized();
    await scenario.clock.advance('2s');
    scenario.edit(() => ({ suspend: true }));
    scenario.ship('podinfo:2');
    await scenario.clock.advance('3s');
    expect(promoted(scenario)?.status).toBe('Unknown');
    scenario.ship('podinfo:1');
    await scenario.clock.advance('3s');
    expect(promoted(scenario)?.status).toBe('True');
  });
});

describe('a hook that changes its answer while it waits', () => {
  it('is an event', async () => {
    const scenario = await initialized({
      hooks: [['confirm-rollout', '/gate', { pollInterval: '1s' }]],
      replies: { '/gate': { status: 403, text: 'review is missing' } },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Waiting');
    await scenario.clock.advance('10s');
    const before = scenario.messages().length;
    scenario.receiver.reply('/gate', { status: 503, text: 'database is down' });
    await scenario.clock.advance('5s');
    expect(scenario.messages().slice(before).join('\n')).toContain('database is down');
    expect(scenario.events()).toContain('Warning HookAnswerChanged');
    await scenario.clock.advance('1m');
    expect(scenario.events().filter((event) => event === 'Warning HookAnswerChanged')).toHaveLength(1);
  });
});

/** What the kubelet says of the pods of an image that do not start. */
function say(scenario: Scenario, image: string, status: Readonly<Record<string, unknown>>): void {
  for (const pod of scenario.store.list(pods, { namespace: 'test' }))
    if (JSON.stringify(pod['spec']).includes(`"${image}"`))
      scenario.store.update(
        pods,
        { ...pod, status: { ...asRecord(pod['status']), ...status } },
        { subresource: 'status' },
      );
}

describe('pods that do not start', () => {
  const words = [
    [
      'ImagePullBackOff',
      {
        containerStatuses: [
          {
            name: 'podinfod',
            state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "podinfo:2"' } },
          },
        ],
      },
      /ImagePullBackOff.*Back-off pulling image/,
    ],
    [
      'CrashLoopBackOff',
      {
        containerStatuses: [
          {
            name: 'podinfod',
            restartCount: 4,
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting' } },
            lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'no such table: users' } },
          },
        ],
      },
      /CrashLoopBackOff.*exit code 3.*no such table: users/,
    ],
    [
      'Unschedulable',
      {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/3 nodes: insufficient cpu',
          },
          { type: 'Ready', status: 'False' },
        ],
      },
      /Unschedulable.*insufficient cpu/,
    ],
  ] as const;

  it.each(words)('say why in waiting.message: %s', async (_name, status, expected) => {
    const scenario = await initialized();
    scenario.kubelet.setHealthy('podinfo:2', false);
    scenario.ship('podinfo:2');
    await scenario.reaches('Progressing');
    await scenario.clock.advance('2s');
    say(scenario, 'podinfo:2', status);
    await scenario.clock.advance('15s');
    expect(scenario.status().waiting?.message).toMatch(expected);
  });

  it.each(words)('say so of the primary, too: %s', async (_name, status, expected) => {
    const scenario = await progressing();
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    await scenario.until(() => scenario.image('podinfo-primary') === 'podinfo:2');
    await scenario.clock.advance('2s');
    say(scenario, 'podinfo:2', status);
    await scenario.clock.advance('15s');
    expect(scenario.status().waiting?.message).toMatch(expected);
  });

  it('because the target is paused say that', async () => {
    const scenario = await initialized();
    const target = scenario.deployment('podinfo');
    scenario.store.update(deployments, {
      ...(target as AnyKubeObject),
      spec: { ...asRecord(target?.['spec']), paused: true },
    });
    scenario.ship('podinfo:2');
    await scenario.reaches('Progressing');
    await scenario.clock.advance('15s');
    expect(scenario.status().waiting?.message).toMatch(/paused/);
  });
});
