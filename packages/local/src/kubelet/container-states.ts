import type { Container, ContainerState, ContainerStatus, Terminated } from './pod.ts';

/** The part of a container's status that changes; everything else follows from the container. */
export interface ContainerProgress {
  readonly state: ContainerState;
  readonly lastState: ContainerState;
  readonly restartCount: number;
  readonly started: boolean;
  readonly ready: boolean;
  /** Pid of the process group that runs or ran. */
  readonly id?: string;
}

export const notStarted: ContainerProgress = {
  state: { waiting: { reason: 'ContainerCreating' } },
  lastState: {},
  restartCount: 0,
  started: false,
  ready: false,
};

/** Before its first start a container waits for the init containers, where there are any. */
export const notInitialized: ContainerProgress = {
  ...notStarted,
  state: { waiting: { reason: 'PodInitializing' } },
};

export function containerStatus(container: Container, progress: ContainerProgress): ContainerStatus {
  const { state, lastState, restartCount, started, ready, id } = progress;
  const image = container.image ?? '';
  return {
    name: container.name,
    image,
    imageID: id === undefined ? '' : `sluice-local://${image}`,
    ...(id === undefined ? {} : { containerID: `process://${id}` }),
    ready,
    started,
    restartCount,
    state,
    lastState,
  };
}

/** State while waiting after an exit, with that exit as the last state. */
export function waitingAgain(
  progress: ContainerProgress,
  reason: string,
  message: string,
): ContainerProgress {
  const { terminated } = progress.state;
  const lastState = terminated === undefined ? progress.lastState : { terminated };
  return { ...progress, lastState, state: { waiting: { reason, message } }, started: false, ready: false };
}

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

export function shouldRestart(policy: RestartPolicy, end: Pick<Terminated, 'exitCode'>): boolean {
  return policy === 'Always' || (policy === 'OnFailure' && end.exitCode !== 0);
}

/** An init container runs to success once; with `restartPolicy: Always` it is a sidecar and always restarts. */
export function restartPolicyOf(
  container: Container,
  kind: 'init' | 'main',
  podPolicy: RestartPolicy,
): RestartPolicy {
  if (kind === 'main') return podPolicy;
  if (container.restartPolicy === 'Always') return 'Always';
  return podPolicy === 'Never' ? 'Never' : 'OnFailure';
}
