import { listPages } from '@sluice/kube/cache/list-pages.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { findRouter } from '../../routers/index.ts';
import { keyOf } from '../../rules/objects/names.ts';
import { describeRollout } from '../../view/describe-rollout.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from './failure.ts';
import type { Call } from './frame.ts';

/** A Canary of which nothing can be said but its name. */
export interface UnreadableView {
  readonly apiVersion: 'cli.sluice.dev/v1';
  readonly kind: 'UnreadableCanary';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly why: string;
}

export type ListedView = RolloutView | UnreadableView;

/** The controller's own default: a Canary does not tell what its controller was started with. */
const usualMeshProvider = 'istio';

/** A Canary as people see it. `meshProvider` is the provider of canaries that name none. */
export function viewOf(object: AnyKubeObject, now: number, meshProvider = usualMeshProvider): ListedView {
  const view = describeRollout(object, {
    meshProvider,
    now,
    capabilitiesOf: (provider) => findRouter(provider)?.capabilities,
  });
  if (!('unreadable' in view)) return view;
  const { namespace = '', name } = object.metadata;
  return {
    apiVersion: 'cli.sluice.dev/v1',
    kind: 'UnreadableCanary',
    metadata: { namespace, name },
    why: view.unreadable,
  };
}

/** The canary that the command line names. Throws `CommandFailure` when its spec cannot be read. */
export async function readRollout({ cluster, ref, signal, flags }: Call): Promise<RolloutView> {
  const canary = await cluster.client.get(canaries, ref, signal);
  return readable(viewOf(canary, cluster.clock.now(), flags.meshProvider));
}

export function readable(view: ListedView): RolloutView {
  if (view.kind === 'RolloutView') return view;
  const { namespace, name } = view.metadata;
  throw new CommandFailure(
    exitCodes.failed,
    `its spec cannot be read: ${view.why}`,
    `kubectl -n ${namespace} edit canary ${name}`,
  );
}

export interface ListScope {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** The canaries of a scope, sorted by namespace and name. */
export async function listRollouts(
  { cluster, signal, flags }: Pick<Call, 'cluster' | 'signal' | 'flags'>,
  scope: ListScope,
): Promise<readonly ListedView[]> {
  const { items } = await listPages(cluster.client, canaries, scope, signal);
  const now = cluster.clock.now();
  return items
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    .map((object) => viewOf(object, now, flags.meshProvider));
}
