import type { Canary } from '../../api/canary.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../../api/kube-object.ts';
import { parseCanary } from '../../api/parse-canary.ts';
import { canaries } from '../../api/resources.ts';
import { byObject } from '../../lib/by-object.ts';
import type { Router } from '../../ports/router.ts';
import type { Workload } from '../../ports/workload.ts';
import { decodeStatus } from '../../rules/adopted-names.ts';
import { effectiveCanary } from '../../rules/effective-analysis.ts';
import { isDeleted } from '../../rules/finalizer.ts';
import { namesOf } from '../../rules/names.ts';
import { strategyOf } from '../../rules/strategy.ts';
import { analysisIntervalMs } from '../../rules/timing.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Scaling, Seen } from '../seen.ts';
import { readConfigs } from './configs.ts';
import { readReadySides } from './readiness.ts';
import { readRevision, readTemplateRevision } from './revision.ts';
import { validate } from './validate.ts';

export type Looked =
  | { readonly kind: 'gone' }
  | { readonly kind: 'invalid'; readonly object: AnyKubeObject; readonly problems: readonly FieldProblem[] }
  | { readonly kind: 'seen'; readonly seen: Seen };

/** Most passes meet the very object that the one before read; what the cache hands out is never changed. */
const parsedOf = byObject(parseCanary);

/** Reads the canary and all that belongs to it from the caches, once. No request. */
export function look(key: string, ref: ObjectRef, deps: RolloutDeps, memory: CanaryMemory): Looked {
  const object = deps.cache.get(canaries, ref);
  if (object === undefined) return { kind: 'gone' };
  const parsed = parsedOf(object);
  if ('problems' in parsed) return { kind: 'invalid', object, problems: parsed.problems };
  const canary = decoded(parsed.canary);
  const { problems, warnings } = validate(canary, deps);
  const router = deps.providers.findRouter(providerOf(canary, deps));
  const workload = deps.providers.findWorkload(canary.spec.targetRef.kind);
  // What was applied with a Canary may be deleted with it: its metric templates, say.
  const refused = problems.length > 0 && !isDeleted(canary);
  if (
    // guard: an-invalid-canary-touches-nothing
    refused ||
    router === undefined ||
    workload === undefined
  ) {
    return { kind: 'invalid', object, problems };
  }
  const effective = effectiveCanary(canary, router.capabilities);
  const seen = readAll({ key, raw: object, canary: effective, router, workload }, deps);
  const named = { ...seen, templateRevision: readTemplateRevision(seen, memory), problems: [], warnings };
  return { kind: 'seen', seen: { ...named, revision: readRevision(named, deps) } };
}

/** The canary with its revisions by our names, whoever wrote them. */
const decoded = (canary: Canary): Canary =>
  canary.status?.adopted === undefined ? canary : { ...canary, status: decodeStatus(canary.status) };

interface Subject {
  readonly key: string;
  readonly raw: AnyKubeObject;
  readonly canary: Canary;
  readonly router: Router;
  readonly workload: Workload;
}

function readAll(
  { key, raw, canary, router, workload }: Subject,
  deps: RolloutDeps,
): Omit<Seen, 'problems' | 'warnings' | 'revision' | 'templateRevision'> {
  const namespace = canary.metadata.namespace ?? '';
  const names = namesOf(canary);
  const read = (resource: ResourceType, to: ObjectRef): AnyKubeObject | undefined =>
    deps.cache.get(resource, to);
  const target = read(workload.resource, { namespace, name: names.target });
  return {
    key,
    now: deps.clock.now(),
    raw,
    canary,
    namespace,
    names,
    strategy: strategyOf(canary.spec.analysis),
    workload,
    router,
    target,
    configs: readConfigs(key, target, workload, deps),
    primary: read(workload.resource, { namespace, name: names.primary }),
    scaling: workload.sizing === 'replicas' ? readScaling(canary, deps) : undefined,
    ready: readReadySides(deps, namespace, names),
    route: router.observe(canary, read),
    intervalMs: analysisIntervalMs(canary, deps.options.minimumIntervalMs),
  };
}

function readScaling(canary: Canary, deps: RolloutDeps): Scaling | undefined {
  const ref = canary.spec.autoscalerRef;
  const scaler = ref === undefined ? undefined : deps.providers.findScaler(ref.kind);
  if (ref === undefined || scaler === undefined) return undefined;
  const read = (name: string): AnyKubeObject | undefined =>
    deps.cache.get(scaler.resource, { namespace: canary.metadata.namespace ?? '', name });
  return { scaler, target: read(ref.name), primary: read(scaler.primaryName(ref.name)) };
}

export const providerOf = (canary: Canary, deps: Pick<RolloutDeps, 'options'>): string =>
  canary.spec.provider ?? deps.options.meshProvider;
