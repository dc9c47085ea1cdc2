import { describe, expect, it } from 'vitest';
import { containerStatus, notStarted } from './container-states.ts';
import type { ContainerProgress } from './container-states.ts';
import type { ContainerState, ContainerStatus, Pod, PodSpec } from './pod.ts';
import { podPhase, podStatus } from './pod-status.ts';

const time = '2026-01-01T00:00:00Z';
const ended = (exitCode: number): ContainerState => ({
  terminated: { exitCode, reason: 'x', startedAt: time, finishedAt: time },
});
const running: ContainerState = { running: { startedAt: time } };
const waiting: ContainerState = { waiting: { reason: 'ContainerCreating' } };
const crashing = { state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended(1) };

const status = (progress: Partial<ContainerProgress>, name = 'main'): ContainerStatus =>
  containerStatus({ name, image: 'x' }, { ...notStarted, ...progress });

const podOf = (spec: Partial<PodSpec>, more: Partial<Pod> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default' },
  spec: { containers: [{ name: 'main' }], ...spec },
  ...more,
});

describe('the phase of a pod', () => {
  it.each([
    ['Always', [{ state: waiting }], 'Pending'],
    ['Always', [{ state: running }, { state: waiting }], 'Pending'],
    ['Always', [{ state: running }], 'Running'],
    ['Always', [crashing], 'Running'],
    ['Always', [{ state: ended(0) }], 'Running'],
    ['OnFailure', [{ state: ended(1) }], 'Running'],
    ['OnFailure', [{ state: ended(0) }, { state: running }], 'Running'],
    ['OnFailure', [{ state: ended(0) }], 'Succeeded'],
    ['Never', [{ state: ended(0) }, { state: ended(2) }], 'Failed'],
    ['Never', [{ state: running }, { state: ended(2) }], 'Running'],
    ['Never', [{ state: ended(0) }, { state: ended(0) }], 'Succeeded'],
  ] as const)('with restart policy %s and containers %j is %s', (restartPolicy, states, phase) => {
    const containers = states.map((it) => status(it));
    expect(podPhase(podOf({ restartPolicy }), { initContainers: [], containers })).toBe(phase);
  });

  it.each([
    ['Never', ended(1), 'Failed'],
    ['Always', ended(1), 'Pending'],
    ['Always', running, 'Pending'],
    ['Always', ended(0), 'Running'],
  ] as const)('with restart policy %s and an init container in %j is %s', (restartPolicy, state, phase) => {
    const pod = podOf({ restartPolicy, initContainers: [{ name: 'init' }] });
    const facts = { initContainers: [status({ state }, 'init')], containers: [status({ state: running })] };
    expect(podPhase(pod, facts)).toBe(phase);
  });

  it('does not wait for a sidecar to end', () => {
    const pod = podOf({ initContainers: [{ name: 'side', restartPolicy: 'Always' }] });
    const containers = [status({ state: running })];
    const sidecar = (started: boolean) => [status({ state: running, started }, 'side')];
    expect(podPhase(pod, { initContainers: sidecar(false), containers })).toBe('Pending');
    expect(podPhase(pod, { initContainers: sidecar(true), containers })).toBe('Running');
  });
});

describe('the conditions of a pod', () => {
  const facts = (ready: boolean, at = time) => ({
    podIp: '127.0.0.9',
    startTime: time,
    initContainers: [],
    containers: [status({ state: running, ready })],
    time: at,
  });
  const find = (pod: Pod, ready: boolean, type: string, at?: string) =>
    podStatus(pod, facts(ready, at)).conditions?.find((it) => it.type === type);

  it('name the containers that are not ready', () => {
    expect(find(podOf({}), false, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [main]',
    });
  });

  it('keep the time of their last change', () => {
    const before = podOf({}, { status: podStatus(podOf({}), facts(true)) });
    const later = '2026-01-01T01:00:00Z';
    expect(find(before, true, 'Ready', later)?.lastTransitionTime).toBe(time);
    expect(find(before, false, 'Ready', later)?.lastTransitionTime).toBe(later);
  });

  it('wait for readiness gates, which others set, and keep what those said', () => {
    const gated = podOf({ readinessGates: [{ conditionType: 'acme/ok' }] });
    expect(find(gated, true, 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' });
    expect(find(gated, true, 'ContainersReady')?.status).toBe('True');
    const said = { ...gated, status: { conditions: [{ type: 'acme/ok', status: 'True' as const }] } };
    expect(find(said, true, 'Ready')?.status).toBe('True');
    expect(find(said, true, 'acme/ok')?.status).toBe('True');
  });
});
