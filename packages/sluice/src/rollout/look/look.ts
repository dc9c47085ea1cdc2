import type { Canary } from '../../api/canary.ts';
import type { Serving } from '../../api/canary-status.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { parseCanary, salvageCanary } from '../../api/parse-canary.ts';
import { canaries } from '../../api/resources.ts';
import type { Router } from '../../ports/router.ts';
import type { Workload } from '../../ports/workload.ts';
import { decodeStatus } from '../../rules/run/adopted-names.ts';
import { effectiveCanary } from '../../rules/traffic/effective-analysis.ts';
import { namesOf } from '../../rules/objects/names.ts';
import { askedServing, nameBy } from '../../rules/objects/serving.ts';
import { strategyOf } from '../../rules/traffic/strategy.ts';
import { analysisIntervalMs } from '../../rules/run/timing.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { Scaling, Seen } from '../seen.ts';
import { readConfigs } from './configs.ts';
import { findProblems } from './find-problems.ts';
import { readLeftovers } from './leftovers.ts';
import { readOwnership } from './own-objects.ts';
import { readerOf } from './reader.ts';
import { readReadySides } from './readiness.ts';
import { readRevision, readTemplateRevision } from './revision.ts';

/** `unreadable`: not even what could be stopped can be told from it. */
export type Looked =
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'unreadable';
      readonly object: AnyKubeObject;
      readonly problems: readonly FieldProblem[];
    }
  | { readonly kind: 'seen'; readonly seen: Seen };

/** Reads the canary and everything that belongs to it from the caches, once, without a request. */
export function look(key: string, ref: ObjectRef, deps: RolloutDeps, memory: CanaryMemory): Looked {
  const object = deps.cache.get(canaries, ref);
  if (object === undefined) return { kind: 'gone' };
  const parsed = parseCanary(object);
  const unfit = 'problems' in parsed ? parsed.problems : [];
  const written = 'problems' in parsed ? salvageCanary(object) : parsed.canary;
  if (written === undefined) return { kind: 'unreadable', object, problems: unfit };
  const subject = subjectOf(key, object, decoded(written), deps);
  if ('problems' in subject) return { kind: 'unreadable', object, problems: [...unfit, ...subject.problems] };
  const seen = readAll(subject, deps, memory);
  const { problems, warnings, isSecond } = findProblems(seen, subject.written, deps);
  return { kind: 'seen', seen: { ...seen, warnings, isSecond, problems: [...unfit, ...problems] } };
}

/** The canary with its revisions by our names, whoever wrote them. */
const decoded = (canary: Canary): Canary =>
  canary.status?.adopted === undefined ? canary : { ...canary, status: decodeStatus(canary.status) };

interface Subject {
  readonly key: string;
  readonly raw: AnyKubeObject;
  /** As the spec says, its status in our names. */
  readonly written: Canary;
  /** Under the names that live traffic uses. */
  readonly canary: Canary;
  readonly asked: Serving;
  readonly serving: Serving;
  readonly router: Router;
  readonly workload: Workload;
}

function subjectOf(
  key: string,
  raw: AnyKubeObject,
  written: Canary,
  deps: RolloutDeps,
): Subject | { readonly problems: readonly FieldProblem[] } {
  const { meshProvider } = deps.options;
  const asked = askedServing(written, meshProvider);
  const serving = written.status?.serving ?? asked;
  const router = deps.providers.findRouter(serving.provider);
  const workload = deps.providers.findWorkload(serving.kind);
  if (router === undefined || workload === undefined)
    return { problems: findProblems({ key, raw }, written, deps).problems };
  const canary = effectiveCanary(nameBy(written, serving, meshProvider), router.capabilities);
  return { key, raw, written, canary, asked, serving, router, workload };
}

export type Read = Omit<Seen, 'problems' | 'warnings' | 'isSecond'>;

function readAll(subject: Subject, deps: RolloutDeps, memory: CanaryMemory): Read {
  const { key, raw, canary, router, workload, asked, serving } = subject;
  const namespace = canary.metadata.namespace ?? '';
  const names = namesOf(canary);
  const read = readerOf(deps);
  const target = read(workload.resource, { namespace, name: names.target });
  const first = {
    key,
    now: deps.clock.now(),
    raw,
    canary,
    asked,
    serving,
    namespace,
    names,
    strategy: strategyOf(canary.spec.analysis),
    workload,
    router,
    target,
    configs: readConfigs(key, target, workload, deps),
    primary: read(workload.resource, { namespace, name: names.primary }),
    scaling: workload.sizing === 'replicas' ? readScaling(canary, deps) : undefined,
  };
  const templateRevision = readTemplateRevision(first, memory);
  return {
    ...first,
    ready: readReadySides(deps, namespace, names),
    route: router.observe(canary, read),
    intervalMs: analysisIntervalMs(canary, deps.options.minimumIntervalMs),
    ownership: readOwnership(first, read, serving.taken ?? []),
    leftovers: readLeftovers(canary, serving, deps, read),
    templateRevision,
    revision: readRevision({ ...first, templateRevision }, deps),
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
