import { endpointSlices } from '@sluice/kube/objects/resources.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { isInitializing } from '@sluice/sluice/rules/run/phases.ts';
import type { ApiWrite } from '../support/checks/observe-writes.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { livingCanary } from './deeds/life.ts';

/** What is sent again after a fault of the API goes out after its back-off, five minutes at the most. */
const backOffMs = 360_000;
const patienceMs = 10_000;

export interface Darkness {
  follow(store: Store, serves: (service: string) => boolean): void;
  /** A write of an Event. */
  event(write: ApiWrite): void;
  look(): void;
}

/** Neither side serves: nothing can be done for the traffic, so a Warning has to say so. */
export function createDarkness(scenario: () => Scenario | undefined, fail: (text: string) => void): Darkness {
  /** Since when neither side serves (milliseconds); undefined while one does, or before one ever did. */
  let since: number | undefined;
  let hasServed = false;
  let saidAt = 0;
  const now = (): number => scenario()?.clock.now() ?? 0;

  const isExcused = ({ api, route, startedAt, status }: Scenario, from: number): boolean =>
    route() === undefined ||
    now() - api.lastFaultAt() < backOffMs ||
    now() - Math.max(from, startedAt()) < patienceMs ||
    isInitializing(status().phase) ||
    status().phase === '';

  return {
    follow(store, serves) {
      store.subscribe(endpointSlices, () => {
        const isLit = ['podinfo-primary', 'podinfo-canary'].some(serves);
        hasServed ||= isLit;
        since = isLit || !hasServed ? undefined : (since ?? now());
      });
    },
    event({ after }) {
      if (after?.['reason'] === 'TrafficGuarded' && String(after['message']).includes('neither'))
        saidAt = now();
    },
    look() {
      const subject = scenario();
      if (subject === undefined || since === undefined || livingCanary(subject) === undefined) return;
      if (!isExcused(subject, since) && saidAt < since)
        fail(`neither side serves since ${new Date(since).toISOString()}, and no Warning says so`);
    },
  };
}
