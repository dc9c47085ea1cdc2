import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { pods } from '@sluice/kube/objects/resources.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { LocalStore } from '@sluice/local/contracts.ts';
import { refOf } from '@sluice/kube/objects/object-ref.ts';
import { asPod } from '@sluice/local/kubelet/pod.ts';
import type { Pod } from '@sluice/local/kubelet/pod.ts';

export interface FakeKubelet {
  /** Whether pods of this image (with `app`, of this label only) become ready; those that exist follow at once. Ready unless told. */
  setHealthy(image: string, healthy: boolean, app?: string): void;
  /** Pods that are deleted stay, terminating, until this is called. */
  holdTerminating(): void;
  endTerminating(): void;
}

/** Binds pods and calls them ready without running anything. */
export function createFakeKubelet(store: LocalStore, clock: Clock): FakeKubelet {
  const unhealthy = new Set<string>();
  let holding = false;
  let lastIp = 0;

  function see(object: AnyKubeObject): void {
    const current = store.get(pods, refOf(object));
    if (current === undefined) return;
    if (current.metadata.deletionTimestamp !== undefined) {
      if (!holding) store.delete(pods, refOf(current), { gracePeriodSeconds: 0 });
      return;
    }
    const { spec } = asPod(current);
    const bound =
      spec.nodeName === undefined
        ? store.update(pods, { ...current, spec: { ...spec, nodeName: 'fake' } })
        : current;
    writeStatus(bound, asPod(bound));
  }

  function writeStatus(current: AnyKubeObject, pod: Pod): void {
    const image = pod.spec.containers[0]?.image ?? '';
    const named = `${image} ${current.metadata.labels?.['app'] ?? ''}`;
    const ready = unhealthy.has(image) || unhealthy.has(named) ? 'False' : 'True';
    const before = pod.status?.conditions?.find(({ type }) => type === 'Ready');
    if (before?.status === ready) return;
    const podIP = pod.status?.podIP ?? `127.9.0.${(lastIp += 1)}`;
    const lastTransitionTime = new Date(clock.now()).toISOString();
    const conditions = [{ type: 'Ready', status: ready, lastTransitionTime }];
    store.update(
      pods,
      { ...current, status: { phase: 'Running', podIP, conditions } },
      { subresource: 'status' },
    );
  }

  const seeAll = (): void => {
    for (const pod of store.list(pods)) see(pod);
  };
  store.subscribe(pods, ({ object }) => void clock.setTimer(0, () => see(object)));
  return {
    setHealthy(image, healthy, app) {
      const key = app === undefined ? image : `${image} ${app}`;
      if (healthy) unhealthy.delete(key);
      else unhealthy.add(key);
      seeAll();
    },
    holdTerminating: () => void (holding = true),
    endTerminating() {
      holding = false;
      seeAll();
    },
  };
}
