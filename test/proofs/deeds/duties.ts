import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import {
  deployments,
  gateways,
  horizontalPodAutoscalers,
  httpRoutes,
  services,
} from '@sluice/kube/objects/resources.ts';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { namespace, scenarioGateway, scenarioHpa } from '../../support/scenario/objects.ts';
import type { Scenario } from '../../support/scenario/scenario.ts';
import type { World } from '../world.ts';
import { deed } from './deed.ts';
import type { Deed } from '../world.ts';
import { livingCanary } from './life.ts';
import { deleted } from './meddling.ts';

/** A deed after which a duty of the pass cannot be done, until somebody cures it. */
export interface Failing {
  readonly deed: Deed;
  /** The traffic cannot go back to the primary before the cure. */
  readonly blind?: true;
  /** The primary is gone: what it ran is known to nobody, so it comes back with the next revision only. */
  readonly lost?: true;
}

const always = Number.POSITIVE_INFINITY;

const refuse =
  (request: string, code: number): Deed['act'] =>
  ({ api }) =>
    api.break(new RegExp(request), code, always);

const kinds: readonly ResourceType[] = [httpRoutes, services, deployments, horizontalPodAutoscalers];

type Flags = Omit<Failing, 'deed'>;

const gone = (resource: ResourceType, name: string, code: number, flags: Flags = {}): Failing => ({
  deed: deed(
    `${resource.kind} ${name} is deleted, another one answered with ${code}`,
    async (scenario, world) => {
      await refuse(`^POST .*/${resource.plural}$`, code)(scenario, world);
      await deleted(resource, name)(scenario, world);
    },
  ),
  ...flags,
});

const refusals = (code: 403 | 422): readonly Failing[] => [
  ...kinds.map((resource) => ({
    deed: deed(
      `each write of ${resource.plural} is answered with ${code}`,
      refuse(`^(PATCH|POST) .*/${resource.plural}(/|$)`, code),
    ),
    ...(resource === httpRoutes ? { blind: true as const } : {}),
  })),
  { deed: deed(`the finalizer is answered with ${code}`, refuse('^PATCH .*/canaries/podinfo$', code)) },
  gone(httpRoutes, 'podinfo', code, { blind: true }),
  gone(services, 'podinfo', code),
  gone(services, 'podinfo-canary', code),
  gone(services, 'podinfo-primary', code, { blind: true }),
  gone(deployments, 'podinfo-primary', code, { blind: true, lost: true }),
  gone(horizontalPodAutoscalers, 'podinfo-primary', code),
];

const spoilt = (text: string, change: (spec: CanarySpec) => Partial<CanarySpec>): Failing => ({
  deed: deed(text, (scenario) => {
    if (livingCanary(scenario) !== undefined) scenario.edit(change);
  }),
});

/** By an object that is gone or that the API refuses to write. */
const byObject: readonly Failing[] = [
  ...refusals(403),
  ...refusals(422),
  { deed: deed('the gateway is deleted', deleted(gateways, 'gateway')) },
  { deed: deed("the target's scaler is deleted", deleted(horizontalPodAutoscalers, 'podinfo')) },
];

/** By a spec that cannot be rendered, or run. */
const bySpec: readonly Failing[] = [
  spoilt('gatewayRefs are emptied', ({ service }) => ({
    service: { ...service, port: 9898, gatewayRefs: [] },
  })),
  spoilt('the provider becomes one that does not exist', () => ({ provider: 'nginx' })),
  spoilt('the interval is no duration', ({ analysis }) => ({ analysis: { ...analysis, interval: '5s5x' } })),
];

export const failings: readonly Failing[] = [...byObject, ...bySpec];

/** The API does as it is told, and what was taken from it is there again. */
export function restore(scenario: Scenario): void {
  scenario.api.heal();
  const { store } = scenario;
  if (store.get(gateways, { namespace, name: 'gateway' }) === undefined) {
    const gateway = scenarioGateway();
    const created = store.create(gateways, gateway);
    store.update(gateways, { ...created, status: gateway['status'] ?? {} }, { subresource: 'status' });
  }
  if (livingCanary(scenario) === undefined) return;
  const { autoscalerRef } = scenario.canary().spec;
  if (
    autoscalerRef !== undefined &&
    store.get(horizontalPodAutoscalers, { namespace, name: 'podinfo' }) === undefined
  )
    store.create(horizontalPodAutoscalers, scenarioHpa());
}

/** A spec that can be run again; what was drawn of it stays. */
export function mend(scenario: Scenario, { strategy }: World): void {
  if (livingCanary(scenario) === undefined) return;
  scenario.edit(({ analysis, service, provider }) => ({
    service: { ...service, port: 9898, gatewayRefs: [{ name: 'gateway' }] },
    ...(analysis.interval === '5s5x' ? { analysis: { ...analysis, interval: '10s' } } : {}),
    ...(provider === 'nginx' ? { provider: strategy.provider ?? 'gatewayapi:v1' } : {}),
  }));
}

/** Those of any story: its strategies and edits stay as they are. */
export const failingDeeds: readonly Deed[] = [
  ...byObject.map((failing) => failing.deed),
  deed('the API refuses nothing any more', restore),
];
