import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { Phase } from '@sluice/sluice/api/canary-status.ts';
import { httpRoutes } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { statusOf } from '@sluice/sluice/rollout/draft.ts';
import { mayFollow } from '@sluice/sluice/rules/run/phase-table.ts';
import { everybodysShare } from './objects.ts';

/** Writes down each change of phase, weight and iteration from now on, and each phase that may not follow. */
export function recordHistory(store: Store) {
  const phases: string[] = [];
  const weights: number[] = [];
  const iterations: number[] = [];
  /** Changes of phase that the phase table does not know. */
  const illegal: string[] = [];
  const phaseOf = new Map<string, Phase>();
  let last: { phase?: unknown; weight?: number | undefined; iterations?: unknown } = {};
  store.subscribe(canaries, ({ type, object }) => {
    const status = statusOf(object as unknown as Canary);
    if (last.phase !== status.phase) phases.push(status.phase);
    const name = object.metadata.name;
    const before = phaseOf.get(name);
    if (before !== undefined && !mayFollow(before, status.phase))
      illegal.push(`${before} -> ${status.phase}`);
    if (type === 'DELETED') phaseOf.delete(name);
    else phaseOf.set(name, status.phase);
    if (last.iterations !== status.iterations) iterations.push(status.iterations);
    last = { ...last, phase: status.phase, iterations: status.iterations };
  });
  store.subscribe(httpRoutes, ({ object, type }) => {
    const weight = type === 'DELETED' ? -1 : (everybodysShare(object) ?? -1);
    if (last.weight !== weight) weights.push(weight);
    last = { ...last, weight };
  });
  return {
    phases: phases as readonly string[],
    weights: weights as readonly number[],
    iterations: iterations as readonly number[],
    illegal: illegal as readonly string[],
    clear(): void {
      for (const list of [phases, weights, iterations]) list.length = 0;
    },
  };
}
