import type { Container, ContainerStatus, Pod, PodCondition, PodPhase, PodStatus } from './pod.ts';

export interface PodFacts {
  readonly podIp: string;
  readonly startTime: string;
  readonly initContainers: readonly ContainerStatus[];
  readonly containers: readonly ContainerStatus[];
  /** Now, ISO 8601 without milliseconds. */
  readonly time: string;
}

const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === 'Always';

/** The status of a pod from the states of its containers, as a kubelet reports it. */
export function podStatus(pod: Pod, facts: PodFacts): PodStatus {
  const phase = podPhase(pod, facts);
  return {
    ...pod.status,
    phase,
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    podIP: facts.podIp,
    podIPs: [{ ip: facts.podIp }],
    startTime: facts.startTime,
    qosClass: 'BestEffort',
    conditions: conditionsOf(pod, phase, facts),
    ...(facts.initContainers.length === 0 ? {} : { initContainerStatuses: facts.initContainers }),
    containerStatuses: facts.containers,
  };
}

export function initialized(pod: Pod, facts: Pick<PodFacts, 'initContainers'>): boolean {
  return facts.initContainers.every((status, index) =>
    isSidecar(pod.spec.initContainers?.[index])
      ? hasStarted(status)
      : status.state.terminated?.exitCode === 0,
  );
}

/** True also after the container has ended. */
const hasStarted = ({ started, state, lastState }: ContainerStatus): boolean =>
  started === true || state.terminated !== undefined || lastState.terminated !== undefined;

export function podPhase(pod: Pod, facts: Pick<PodFacts, 'initContainers' | 'containers'>): PodPhase {
  const never = pod.spec.restartPolicy === 'Never';
  if (!initialized(pod, facts)) {
    const failed = facts.initContainers.some(
      ({ state }, index) =>
        !isSidecar(pod.spec.initContainers?.[index]) && (state.terminated?.exitCode ?? 0) !== 0,
    );
    return never && failed ? 'Failed' : 'Pending';
  }
  const states = facts.containers.map(({ state, lastState }) => {
    if (state.running !== undefined) return 'running';
    if (state.terminated !== undefined) return state.terminated.exitCode === 0 ? 'succeeded' : 'failed';
    return lastState.terminated === undefined ? 'waiting' : 'restarting';
  });
  if (states.includes('waiting')) return 'Pending';
  if (states.includes('running') || states.includes('restarting')) return 'Running';
  if ((pod.spec.restartPolicy ?? 'Always') === 'Always') return 'Running';
  // The pod ends with its sidecars, which end after the other containers.
  if (facts.initContainers.some(({ state }) => state.running !== undefined)) return 'Running';
  if (states.every((state) => state === 'succeeded')) return 'Succeeded';
  return never ? 'Failed' : 'Running';
}

type Verdict = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

function conditionsOf(pod: Pod, phase: PodPhase, facts: PodFacts): PodCondition[] {
  const before = pod.status?.conditions ?? [];
  const verdicts = [
    initializedVerdict(pod, phase, facts),
    ...readyVerdicts(pod, phase, facts),
    { type: 'PodScheduled', status: 'True' } satisfies Verdict,
  ];
  const ours = verdicts.map((verdict) => stamp(verdict, before, facts.time));
  // Readiness gates and similar conditions have other writers.
  return [...ours, ...before.filter(({ type }) => !ours.some((it) => it.type === type))];
}

function initializedVerdict(pod: Pod, phase: PodPhase, facts: PodFacts): Verdict {
  if (initialized(pod, facts)) {
    const completed = phase === 'Succeeded' ? { reason: 'PodCompleted' } : {};
    return { type: 'Initialized', status: 'True', ...completed };
  }
  const open = facts.initContainers.filter(({ state }) => state.terminated?.exitCode !== 0);
  const message = `containers with incomplete status: [${open.map(({ name }) => name).join(' ')}]`;
  return { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message };
}

function readyVerdicts(pod: Pod, phase: PodPhase, facts: PodFacts): Verdict[] {
  const both = (verdict: Omit<Verdict, 'type'>): Verdict[] =>
    ['Ready', 'ContainersReady'].map((type) => ({ type, ...verdict }));
  if (phase === 'Succeeded') return both({ status: 'False', reason: 'PodCompleted' });
  if (phase === 'Failed') return both({ status: 'False', reason: 'PodFailed' });
  const unready = facts.containers.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length > 0) {
    const message = `containers with unready status: [${unready.join(' ')}]`;
    return both({ status: 'False', reason: 'ContainersNotReady', message });
  }
  const gate = (pod.spec.readinessGates ?? []).find(
    ({ conditionType }) =>
      !(pod.status?.conditions ?? []).some((it) => it.type === conditionType && it.status === 'True'),
  );
  if (gate === undefined) return both({ status: 'True' });
  const message = `corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`;
  return [
    { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message },
    { type: 'ContainersReady', status: 'True' },
  ];
}

function stamp(verdict: Verdict, before: readonly PodCondition[], time: string): PodCondition {
  const previous = before.find(({ type }) => type === verdict.type);
  const same = previous?.status === verdict.status;
  return { ...verdict, lastTransitionTime: same ? (previous.lastTransitionTime ?? time) : time };
}
