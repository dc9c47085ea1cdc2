import type { Canary } from '../api/canary.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../api/kube-object.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import { parseCanary } from '../api/parse-canary.ts';
import { canaries, metricTemplates } from '../api/resources.ts';
import type { Router } from '../ports/router.ts';
import type { Workload } from '../ports/workload.ts';
import { effectiveCanary } from '../rules/effective-analysis.ts';
import { namesOf } from '../rules/names.ts';
import { revisionOf } from '../rules/revision.ts';
import { strategyOf } from '../rules/strategy.ts';
import { analysisIntervalMs } from '../rules/timing.ts';
import { findUnsupported } from '../rules/unsupported-fields.ts';
import { validateCanary } from '../rules/validate-canary.ts';
import type { Validation } from '../rules/validate-canary.ts';
import { renderQuery } from '../rules/query-template.ts';
import type { World } from './context.ts';
import type { RolloutDeps } from './deps.ts';
import { readReadySides } from './readiness.ts';

export type Gathered =
  | { readonly kind: 'gone' }
  | { readonly kind: 'invalid'; readonly object: AnyKubeObject; readonly problems: readonly FieldProblem[] }
  | { readonly kind: 'world'; readonly world: World };

/** Reads the canary and all that belongs to it from the caches, once. No request. */
export function gather(key: string, ref: ObjectRef, deps: RolloutDeps): Gathered {
  const object = deps.cache.get(canaries, ref);
  if (object === undefined) return { kind: 'gone' };
  const parsed = parseCanary(object);
  if ('problems' in parsed) return { kind: 'invalid', object, problems: parsed.problems };
  const { canary } = parsed;
  const { problems, warnings } = validate(canary, deps);
  const router = deps.providers.findRouter(providerOf(canary, deps));
  const workload = deps.providers.findWorkload(canary.spec.targetRef.kind);
  if (problems.length > 0 || router === undefined || workload === undefined) {
    return { kind: 'invalid', object, problems };
  }
  return {
    kind: 'world',
    world: {
      ...readWorld(key, effectiveCanary(canary, router.capabilities), router, workload, deps),
      warnings,
    },
  };
}

function readWorld(
  key: string,
  canary: Canary,
  router: Router,
  workload: Workload,
  deps: RolloutDeps,
): Omit<World, 'warnings'> {
  const namespace = canary.metadata.namespace ?? '';
  const names = namesOf(canary);
  const read = (resource: ResourceType, to: ObjectRef): AnyKubeObject | undefined =>
    deps.cache.get(resource, to);
  const target = read(workload.resource, { namespace, name: names.target });
  return {
    key,
    now: deps.clock.now(),
    canary,
    namespace,
    names,
    strategy: strategyOf(canary.spec.analysis),
    workload,
    router,
    target,
    primary: read(workload.resource, { namespace, name: names.primary }),
    revision: target === undefined ? undefined : revisionOf(workload.revisionInput(target)),
    ready: readReadySides(deps, namespace, names),
    route: router.observe(canary, read),
    intervalMs: analysisIntervalMs(canary, deps.options.minimumIntervalMs),
  };
}

export const providerOf = (canary: Canary, deps: RolloutDeps): string =>
  canary.spec.provider ?? deps.options.meshProvider;

function validate(canary: Canary, deps: RolloutDeps): Validation {
  const { providers, cache, options } = deps;
  const unsupported = findUnsupported(canary);
  const { problems, warnings } = validateCanary(canary, {
    defaultProvider: options.meshProvider,
    splitsTraffic: (name) => providers.findRouter(name)?.capabilities.weights ?? true,
    minimumIntervalMs: options.minimumIntervalMs,
    noCrossNamespaceRefs: options.noCrossNamespaceRefs,
    isProvider: (name) => providers.findRouter(name) !== undefined,
    isWorkload: (kind) => providers.findWorkload(kind) !== undefined,
    isMetricProvider: (type) => providers.isMetricProvider(type),
    findMetricTemplate: (ref) => cache.get(metricTemplates, ref),
    renderQuery,
  });
  return {
    problems: [...problems, ...unsupported.problems],
    warnings: [...warnings, ...unsupported.warnings],
  };
}
