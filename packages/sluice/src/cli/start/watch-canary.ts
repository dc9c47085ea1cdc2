import type { CanaryStatus } from '../../api/canary-status.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import { canaries } from '../../api/resources.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';

const ref = { namespace: 'test', name: 'podinfo' };

/** The status of the example's canary, and its changes. */
export interface CanaryView {
  readonly status: CanaryStatus;
  onChange(listener: (before: CanaryStatus | undefined, after: CanaryStatus) => void): void;
  /** Resolves when `reached` holds; rejects after `limitMs`, or when `wrong` returns why it never will. */
  until(reached: (status: CanaryStatus) => boolean, limits: UntilLimits): Promise<void>;
}

export interface UntilLimits {
  readonly what: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly wrong?: (status: CanaryStatus) => string | undefined;
}

export function watchCanary(store: LocalStore, clock: Clock): CanaryView {
  let last: CanaryStatus | undefined;
  const listeners = new Set<(before: CanaryStatus | undefined, after: CanaryStatus) => void>();
  store.subscribe(canaries, ({ object }) => {
    if (object.metadata.name !== ref.name) return;
    const before = last;
    last = statusIn(object);
    for (const listener of listeners) listener(before, last);
  });
  const current = (): CanaryStatus => last ?? statusIn(store.get(canaries, ref));
  return {
    get status() {
      return current();
    },
    onChange: (listener) => void listeners.add(listener),
    until: (reached, limits) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => {
          listeners.delete(look);
          cancel();
          limits.signal.removeEventListener('abort', onAbort);
          if (error === undefined) resolve();
          else reject(error);
        };
        const look = (): void => {
          const wrong = limits.wrong?.(current());
          if (reached(current())) end();
          else if (wrong !== undefined) end(new SluiceError(`${limits.what}: ${wrong}`));
        };
        const onAbort = (): void => end(new SluiceError(`${limits.what}: stopped`));
        const cancel = clock.setTimer(limits.limitMs, () =>
          end(overdue(limits, current(), unreadyPods(store))),
        );
        limits.signal.addEventListener('abort', onAbort);
        listeners.add(look);
        look();
      }),
  };
}

function overdue(
  { what, limitMs }: UntilLimits,
  { phase, waiting }: CanaryStatus,
  pods: string,
): SluiceError {
  const waits = waiting?.message ?? 'nothing said why';
  return new SluiceError(
    `${what}: not within ${limitMs / 1000} s; phase ${phase || 'none yet'}, waits: ${waits}${pods}`,
  );
}

/** Names of pods that are not ready: a controller that does not start writes nothing to the canary's status. */
function unreadyPods(store: LocalStore): string {
  const names = store.list(pods, {}).flatMap(({ metadata, ...pod }) => {
    const { phase = 'Pending', containerStatuses = [] } = (pod['status'] ?? {}) as PodState;
    if (
      phase === 'Succeeded' ||
      (containerStatuses.length > 0 && containerStatuses.every(({ ready }) => ready))
    )
      return [];
    const reason = containerStatuses.find(({ state }) => state?.waiting !== undefined)?.state?.waiting
      ?.reason;
    return [`${metadata.namespace}/${metadata.name} (${reason ?? phase})`];
  });
  return names.length === 0 ? '' : `; pods not ready: ${names.join(', ')}`;
}

interface PodState {
  readonly phase?: string;
  readonly containerStatuses?: readonly {
    readonly ready: boolean;
    readonly state?: { readonly waiting?: { readonly reason?: string } };
  }[];
}

function statusIn(object: AnyKubeObject | undefined): CanaryStatus {
  const status = (object?.['status'] ?? {}) as Partial<CanaryStatus>;
  return { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0, ...status };
}
