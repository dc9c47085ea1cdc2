import type { Canary } from '../api/canary.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import type { AnyKubeObject, ObjectRef, ResourceType } from '../api/kube-object.ts';
import { parseCanary } from '../api/parse-canary.ts';
import { canaries, metricTemplates } from '../api/resources.ts';
import { byObject } from '../lib/by-object.ts';
import { sameJson } from '../lib/merge.ts';
import type { Router } from '../ports/router.ts';
import type { Workload } from '../ports/workload.ts';
import { inOurNames } from '../rules/adopted-names.ts';
import { effectiveCanary } from '../rules/effective-analysis.ts';
import { isDeleted } from '../rules/finalizer.ts';
import { namesOf } from '../rules/names.ts';
import { isUndecided } from '../rules/phases.ts';
import { renderQuery } from '../rules/query-template.ts';
import { fencedRevision, revisionOf } from '../rules/revision.ts';
import { strategyOf } from '../rules/strategy.ts';
import { analysisIntervalMs } from '../rules/timing.ts';
import { fullRevision } from '../rules/tracked-configs.ts';
import { findUnsupported } from '../rules/unsupported-fields.ts';
import { validateCanary } from '../rules/validate-canary.ts';
import type { Validation } from '../rules/validate-canary.ts';
import { gatherConfigs } from './configs/gather-configs.ts';
import type { Scaling, World } from './context.ts';
import type { RolloutDeps } from './deps.ts';
import type { CanaryMemory } from './memory.ts';
import { readReadySides } from './readiness.ts';

export type Gathered =
  | { readonly kind: 'gone' }
  | { readonly kind: 'invalid'; readonly object: AnyKubeObject; readonly problems: readonly FieldProblem[] }
  | { readonly kind: 'world'; readonly world: World };

/** Most passes meet the very object that the one before read; what the cache hands out is never changed. */
const parsedOf = byObject(parseCanary);

/** Reads the canary and all that belongs to it from the caches, once. No request. */
export function gather(key: string, ref: ObjectRef, deps: RolloutDeps, memory: CanaryMemory): Gathered {
  const object = deps.cache.get(canaries, ref);
  if (object === undefined) return { kind: 'gone' };
  const parsed = parsedOf(object);
  if ('problems' in parsed) return { kind: 'invalid', object, problems: parsed.problems };
  const canary = spokenOf(parsed.canary);
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
  const read = readWorld(key, effectiveCanary(canary, router.capabilities), router, workload, deps);
  const named = { ...read, templateRevision: readTemplateRevision(read, memory) };
  return { kind: 'world', world: { ...named, revision: readRevision(named, deps), warnings } };
}

/** The canary with its revisions by our names, whoever wrote them. */
const spokenOf = (canary: Canary): Canary =>
  canary.status?.adopted === undefined ? canary : { ...canary, status: inOurNames(canary.status) };

/** All of a world but the names of its revision. */
type Unnamed = Omit<World, 'warnings' | 'revision' | 'templateRevision'>;

function readWorld(
  key: string,
  canary: Canary,
  router: Router,
  workload: Workload,
  deps: RolloutDeps,
): Unnamed {
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
    configs: gatherConfigs(key, target, workload, deps),
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

/** Of the target and its configuration as they are now; undefined when there is no target, or nobody can tell. */
function readRevision(
  { canary, target, configs, templateRevision }: Unnamed & { readonly templateRevision: string | undefined },
  deps: RolloutDeps,
): string | undefined {
  if (target === undefined || templateRevision === undefined) return undefined;
  const { run, lastAppliedSpec, trackedConfigs, phase } = canary.status ?? {};
  const ofRun = run && { uid: run.targetUid, generation: run.targetGeneration, revision: run.revision };
  const recorded = fullRevision(templateRevision, trackedConfigs ?? {});
  if (configs.state !== 'known') {
    // Template and configuration are often applied together: one new revision, not two.
    // guard: template-and-configuration-are-one-revision
    if (configs.state === 'unknown' && configs.inFlight === true) return undefined;
    // Whatever the configuration is by now: a run whose template moved on is about something else.
    const isOpen = phase !== undefined && (isUndecided(phase) || phase === 'Promoting');
    const revision = fencedRevision(target, recorded, [ofRun]);
    return isOpen && run !== undefined && revision !== run.revision
      ? revision
      : // guard: unread-configuration-makes-no-revision
        undefined;
  }
  // A flag of the controller must not start a run of each of its canaries: what was tracked counts on until the target changes.
  if (!deps.options.configTracking && recorded === lastAppliedSpec) return recorded;
  const revision = fullRevision(templateRevision, configs.checksums);
  const isRecorded = sameJson(trackedConfigs ?? {}, configs.checksums);
  return isRecorded ? fencedRevision(target, revision, [ofRun]) : revision;
}

/** Of the target's pod template alone; undefined when there is none. */
function readTemplateRevision({ target, workload }: Unnamed, memory: CanaryMemory): string | undefined {
  if (target === undefined) return undefined;
  // Hashed only when it was not seen at this generation before.
  const seen = fencedRevision(target, '', [memory.target]);
  const revision = seen === '' ? revisionOf(workload.revisionInput(target)) : seen;
  const { uid, generation } = target.metadata;
  if (uid !== undefined && generation !== undefined) memory.target = { uid, generation, revision };
  return revision;
}

export const providerOf = (canary: Canary, deps: RolloutDeps): string =>
  canary.spec.provider ?? deps.options.meshProvider;

function validate(canary: Canary, deps: RolloutDeps): Validation {
  const { providers, cache, options } = deps;
  const unsupported = findUnsupported(canary);
  const { problems, warnings } = validateCanary(canary, {
    defaultProvider: options.meshProvider,
    mirrors: (name) => providers.findRouter(name)?.capabilities.mirror ?? true,
    keepsCallers: (name) => providers.findRouter(name)?.capabilities.sessionAffinity ?? true,
    splitsTraffic: (name) => providers.findRouter(name)?.capabilities.weights ?? true,
    minimumIntervalMs: options.minimumIntervalMs,
    noCrossNamespaceRefs: options.noCrossNamespaceRefs,
    isProvider: (name) => providers.findRouter(name) !== undefined,
    isWorkload: (kind) => providers.findWorkload(kind) !== undefined,
    isScalable: (kind) => providers.findWorkload(kind)?.sizing === 'replicas',
    isScaler: (kind) => providers.findScaler(kind) !== undefined,
    isMetricProvider: (type) => providers.isMetricProvider(type),
    findMetricTemplate: (ref) => cache.get(metricTemplates, ref),
    renderQuery,
  });
  return {
    problems: [...problems, ...unsupported.problems],
    warnings: [...warnings, ...unsupported.warnings],
  };
}
