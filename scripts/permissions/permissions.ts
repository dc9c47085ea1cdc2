import type { ResourceType } from '../../src/api/kube-object.ts';
import {
  canaries,
  configMaps,
  customResourceDefinitions,
  endpointSlices,
  events,
  leases,
  metricTemplates,
  secrets,
  services,
} from '../../src/api/resources.ts';
import { routers } from '../../src/routers/index.ts';
import { scalers } from '../../src/scalers/index.ts';
import { workloads } from '../../src/workloads/index.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** Where a permission is needed: at the cluster itself, where the Canaries are, or where the Lease stands. */
export type PermissionScope = 'cluster' | 'work' | 'lease';

export interface Permission {
  readonly resource: ResourceType;
  readonly subresource?: string;
  readonly verbs: readonly Verb[];
  readonly scope: PermissionScope;
  /** Only objects of these names. */
  readonly names?: readonly string[];
  /** Needed only with (or, `false`, without) `-enable-config-tracking`. */
  readonly configTracking?: boolean;
  readonly why: string;
}

const watched = ['list', 'watch'] as const satisfies readonly Verb[];
const written = [...watched, 'create', 'patch'] as const satisfies readonly Verb[];

const work = (
  resource: ResourceType,
  verbs: readonly Verb[],
  why: string,
  more: Partial<Permission> = {},
): Permission => ({ resource, verbs, why, scope: 'work', ...more });

const routes = routers.flatMap(({ names, resources }) =>
  resources.map((resource) => ({
    resource,
    why: `provider ${names.map((name) => `\`${name}\``).join(', ')}`,
  })),
);
const tracking = { configTracking: true };
const lease = (verbs: readonly Verb[], names?: readonly string[]): Permission => ({
  resource: leases,
  verbs,
  ...(names === undefined ? {} : { names }),
  scope: 'lease',
  why: 'one of several controllers acts',
});

/** The admission plugin OwnerReferencesPermissionEnforcement asks: to own, and to take an owner off, one must be allowed more. */
const whereChecked = 'where owner references are checked, as on OpenShift';

/**
 * What the controller asks the API server for. A kind of target, autoscaler or route comes by itself, by the index of its folder.
 * test/kube/permissions.test.ts holds this list against what a real API server was asked: nothing is missing, nothing is spare.
 */
export const permissions: readonly Permission[] = [
  work(canaries, ['get', ...watched], 'reading Canaries'),
  work(canaries, ['patch'], 'the finalizer of `revertOnDeletion`'),
  work(canaries, ['patch'], 'writing status', { subresource: 'status' }),
  work(canaries, ['update'], `owning what is made for a Canary, ${whereChecked}`, {
    subresource: 'finalizers',
  }),
  work(metricTemplates, watched, 'metrics of Canaries'),
  ...workloads.map(({ resource }) => work(resource, written, 'targets and their primaries')),
  ...scalers.map(({ resource }) => work(resource, [...written, 'delete'], '`autoscalerRef`')),
  work(services, written, 'apex, primary and canary services'),
  work(endpointSlices, watched, 'no traffic to a side without ready endpoints'),
  ...routes.map(({ resource, why }) => work(resource, written, why)),
  ...leftBehind([
    ...workloads.map(({ resource }) => resource),
    services,
    ...routes.map(({ resource }) => resource),
  ]),
  work(events, ['create'], 'events of Canaries'),
  work(configMaps, ['get', ...written, 'delete'], 'what targets read, and copies of it', tracking),
  work(secrets, ['get', ...written, 'delete'], 'the same; credentials of MetricTemplates', tracking),
  work(secrets, ['get'], 'credentials of MetricTemplates', { configTracking: false }),
  lease(['create']),
  lease(['get', 'patch'], ['flagger-leader-election']),
  {
    resource: customResourceDefinitions,
    verbs: ['get'],
    names: ['canaries.flagger.app'],
    scope: 'cluster',
    why: 'whether the definitions keep our status (without it that check is left out)',
  },
];

/** None of these is ever deleted by us. */
function leftBehind(resources: readonly ResourceType[]): readonly Permission[] {
  const once = new Map(resources.map((resource) => [`${resource.group}/${resource.plural}`, resource]));
  const why = `leaving it behind when a Canary goes (\`revertOnDeletion\`), ${whereChecked}; nothing of it is deleted`;
  return [...once.values()].map((resource) => work(resource, ['delete'], why));
}
