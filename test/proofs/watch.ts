import {
  configMaps,
  deployments,
  endpointSlices,
  events,
  httpRoutes,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { countReadyEndpoints } from '@sluice/sluice/rules/traffic/ready-endpoints.ts';
import type { ApiWrite, ObserveWrite } from '../support/checks/observe-writes.ts';
import { namespace, replicasOf } from '../support/scenario/objects.ts';
import type { Scenario } from '../support/scenario/scenario.ts';
import { leadsTo, mirrorsTo, weightSums } from './route-facts.ts';
import { checkAdopted } from './adoptions.ts';
import { checkAfterBrake } from './after-brake.ts';
import { checkAlone } from './alone.ts';
import { createDarkness } from './darkness.ts';
import { createReaders } from './readers.ts';
import type { Readers } from './readers.ts';
import { createRunBook } from './run-book.ts';
import type { End } from './run-book.ts';

/** What the invariants of one canary need to know of the moment. */
export interface Moment {
  readonly now: () => number;
  readonly store: Store;
  /** Whether a side serves; one that fell out a moment ago still counts: no watch is faster. */
  readonly serves: (service: string) => boolean;
  /** Whether a side serves beyond doubt: one that came back a moment ago does not count yet. */
  readonly servesFirmly: (service: string) => boolean;
  readonly fail: (text: string) => void;
}

export interface Watch {
  readonly observe: (store: Store) => ObserveWrite;
  /** What was seen that must never be, with the time of it. */
  readonly violations: readonly string[];
  /** Ends of runs, in order: what post-rollout hooks have to hear. */
  readonly ends: readonly End[];
  attach(scenario: Scenario): void;
  /** Looks at what should have been written by now. */
  look(): void;
}

/** Looks at each write the controller makes, at the moment it is made, and notes what must never be. */
export function createWatch(): Watch {
  const violations: string[] = [];
  let scenario: Scenario | undefined;
  const now = (): number => scenario?.clock.now() ?? 0;
  const fail = (text: string): void => void violations.push(`${new Date(now()).toISOString()} ${text}`);
  let readers: Readers | undefined;
  const book = createRunBook(
    () => scenario,
    () => readers,
    fail,
  );
  const darkness = createDarkness(() => scenario, fail);
  return {
    violations,
    ends: book.ends,
    attach: (given) => void (scenario = given),
    look: () => darkness.look(),
    observe(store) {
      const { serves, servesFirmly } = watchReadiness(store);
      readers = createReaders(store);
      darkness.follow(store, readiness(store));
      const moment: Moment = { now, store, serves, servesFirmly, fail };
      return (write) => {
        const { plural } = write.resource;
        if (plural === httpRoutes.plural) checkRoute(write, moment);
        if (plural === deployments.plural) checkSize(write, moment);
        if (plural === deployments.plural) book.deployment(write);
        if (plural === configMaps.plural) book.configMap(write);
        if (plural === canaries.plural) book.status(write);
        if (plural === events.plural) darkness.event(write);
        checkDeletion(write, moment);
        checkAlone(write, fail);
        checkAdopted(write, store, fail);
        checkAfterBrake(write, moment);
      };
    },
  };
}

/** Turns of the event loop by whose end an event has come to the controller, and a write of it back. */
const turnsOfAWatch = 1;

async function afterTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1)
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
}

const readiness =
  (store: Store): Moment['serves'] =>
  (service) =>
    countReadyEndpoints(
      store.list(endpointSlices, { namespace, labels: { 'kubernetes.io/service-name': service } }),
    ) > 0;

function watchReadiness(store: Store): Pick<Moment, 'serves' | 'servesFirmly'> {
  const lost = new Set<string>();
  const gained = new Set<string>();
  const forAMoment = (set: Set<string>, service: string): void => {
    set.add(service);
    void afterTurns(turnsOfAWatch).then(() => set.delete(service));
  };
  const ready = new Map<string, boolean>();
  const count = readiness(store);
  store.subscribe(endpointSlices, ({ object }) => {
    const service = object.metadata.labels?.['kubernetes.io/service-name'] ?? '';
    const is = count(service);
    if (ready.get(service) === true && !is) forAMoment(lost, service);
    if (ready.get(service) === false && is) forAMoment(gained, service);
    ready.set(service, is);
  });
  return {
    serves: (service) => count(service) || lost.has(service),
    servesFirmly: (service) => count(service) && !gained.has(service),
  };
}

/** Weights sum to 100; traffic and copies go only to what serves; where nothing serves, nothing moves. */
function checkRoute({ before, after }: ApiWrite, { serves, fail }: Moment): void {
  if (after === undefined) return;
  const sums = weightSums(after);
  if (sums.some((sum) => sum !== 100)) fail(`weights of the route sum to ${sums.join(', ')}`);
  const moved = before === undefined || leadsTo(before).join() !== leadsTo(after).join();
  const alive = ['podinfo-primary', 'podinfo-canary'].filter(serves);
  // A route that is made while nobody serves leads to nobody: there is nothing it could take away.
  if (alive.length === 0 && before !== undefined && moved) fail('the route moved while neither side serves');
  if (alive.length === 0) return;
  for (const service of leadsTo(after).filter((name) => !serves(name)))
    if (moved) fail(`the route was written to lead to ${service}, which does not serve`);
  for (const service of mirrorsTo(after).filter((name) => !serves(name)))
    fail(`the route was written to copy to ${service}, which does not serve`);
}

/** Whoever is scaled down, a ready copy that takes the traffic remains. */
function checkSize({ before, after }: ApiWrite, { store, serves, fail }: Moment): void {
  if (before === undefined || after === undefined) return;
  const { name } = after.metadata;
  const size = replicasOf(after);
  // One that somebody else scaled to 0 may still be given another template.
  if (name === 'podinfo-primary' && size === 0 && replicasOf(before) > 0) fail('the primary was scaled to 0');
  if (name !== 'podinfo' || size >= replicasOf(before) || size > 0) return;
  if (!serves('podinfo-primary')) fail('the target was scaled to 0 while the primary does not serve');
  const route = store.get(httpRoutes, { namespace, name: 'podinfo' });
  if (route !== undefined && leadsTo(route).includes('podinfo-canary'))
    fail('the target was scaled to 0 while the route leads to it');
}

/** Nothing of these is ever deleted by Sluice: the cluster collects them with their Canary. */
function checkDeletion({ resource, before, after }: ApiWrite, { fail }: Moment): void {
  const kept = [deployments, httpRoutes, services, canaries].some(({ plural }) => plural === resource.plural);
  if (after === undefined && kept) fail(`${resource.plural}/${before?.metadata.name ?? ''} was deleted`);
}
