import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { podWords } from './pod-words.ts';

const pod = (status: Readonly<Record<string, unknown>>, metadata = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'test', ...metadata },
  status,
});
const container = (state: object, more: object = {}) => ({
  containerStatuses: [{ name: 'app', state, ...more }],
});
const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

describe('what pods say of themselves', () => {
  it.each([
    ['nothing when they are ready', [pod(ready)], undefined],
    [
      'nothing while they are being made',
      [pod(container({ waiting: { reason: 'ContainerCreating' } }))],
      undefined,
    ],
    ['nothing when they are on their way out', [pod({}, { deletionTimestamp: 'now' })], undefined],
    [
      'that their image cannot be pulled',
      [
        pod(ready),
        pod(container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling x' } })),
      ],
      '1 of 2 pods: ImagePullBackOff of container app: Back-off pulling x',
    ],
    [
      'how they ended the last time',
      [
        pod(
          container(
            { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
            { lastState: { terminated: { exitCode: 3, reason: 'Error', message: 'no such table' } } },
          ),
        ),
      ],
      '1 of 1 pods: CrashLoopBackOff of container app: exit code 3: no such table',
    ],
    [
      'that they were killed',
      [pod(container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }))],
      '1 of 1 pods: container app ended: exit code 137, OOMKilled',
    ],
    [
      'what an init container says, before the others',
      [
        pod({
          initContainerStatuses: [{ name: 'migrate', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
          ...container({ waiting: { reason: 'PodInitializing' } }),
        }),
      ],
      '1 of 1 pods: CrashLoopBackOff of container migrate',
    ],
    [
      'that no node takes them',
      [
        pod({
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no cpu' }],
        }),
      ],
      '1 of 1 pods: Unschedulable: no cpu',
    ],
  ] as const)('%s', (_name, pods, expected) => {
    expect(podWords(pods)).toBe(expected);
  });
});
