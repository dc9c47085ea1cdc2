import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { Facts } from '../../contracts/rollout/world.ts';
import { everybodysShare, firstRuleShare, imageOf, replicasOf } from './objects.ts';

export interface Seen extends Pick<Facts, 'phases' | 'weights'> {
  readonly canary: AnyKubeObject | undefined;
  readonly deployments: readonly AnyKubeObject[];
  readonly route: AnyKubeObject | undefined;
  readonly calls: readonly { readonly path: string; readonly payload: Readonly<Record<string, unknown>> }[];
}

/** What a test asks of a world, from its objects: read the same way on every cluster. */
export function factsOf({ canary, deployments, route, phases, weights, calls }: Seen): Facts {
  const typed = canary as unknown as Canary | undefined;
  const of = <T>(read: (deployment: AnyKubeObject) => T): Record<string, T> =>
    Object.fromEntries(deployments.map((deployment) => [deployment.metadata.name, read(deployment)]));
  const byPath = Object.groupBy(calls, ({ path }) => path);
  return {
    canary: typed,
    phase: typed?.status?.phase,
    replicas: of(replicasOf),
    images: of((deployment) => imageOf(deployment) ?? ''),
    weight: everybodysShare(route),
    matchedWeight: firstRuleShare(route),
    phases: [...phases],
    weights: [...weights],
    calls: Object.fromEntries(
      Object.entries(byPath).map(([path, some = []]) => [path, some.map(({ payload }) => payload)]),
    ),
  };
}
