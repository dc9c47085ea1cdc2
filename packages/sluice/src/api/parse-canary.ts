import type { Canary } from './canary.ts';
import { canarySpecSchema } from './canary-spec.ts';
import { canaryStatusSchema } from './canary-status.ts';
import type { CanaryStatus, Serving } from './canary-status.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { FieldProblem } from './field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createSchemaCheck } from './schema-problems.ts';

export type ParsedCanary = { readonly canary: Canary } | { readonly problems: readonly FieldProblem[] };

const specCheck = createSchemaCheck(canarySpecSchema);
const statusCheck = createSchemaCheck(canaryStatusSchema);

/**
 * The same object as a Canary, unknown fields and all, or what keeps it from being one. It may hold what no
 * API server would have let in: an older CRD was installed when it was stored.
 */
export function parseCanary(object: AnyKubeObject): ParsedCanary {
  const problems = specCheck.problems(object['spec'], 'spec');
  if (problems.length > 0) return { problems };
  const status = readStatus(object['status']);
  const whole = status === object['status'] ? object : { ...object, status };
  return isCanary(whole) ? { canary: whole } : { problems: statusCheck.problems(whole['status'], 'status') };
}

/**
 * As much of an object as is a Canary all the same: without the fields that do not fit, and with what its status says it
 * serves in the place of a target that cannot be read. Enough to stop a run by, never to begin or continue one. Undefined
 * when not even that is left.
 */
export function salvageCanary(object: AnyKubeObject): Canary | undefined {
  const status = statusCheck.fitting(readStatus(object['status']) ?? { ...emptyStatus });
  const { serving } = (status ?? {}) as Pick<CanaryStatus, 'serving'>;
  const { analysis, ...others } = asRecord(object['spec']);
  const asked = { ...shortestSpec(serving), ...others, analysis: oneStrategy(asRecord(analysis)) };
  const spec = asRecord(specCheck.fitting(asked));
  const filled = { ...shortestSpec(serving), ...spec };
  const whole = { ...object, spec: filled, status };
  return specCheck.problems(filled, 'spec').length === 0 && isCanary(whole) ? (whole as Canary) : undefined;
}

/** With an interval, and with exactly one of the fields that say how a run goes on. */
function oneStrategy(analysis: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { iterations, stepWeight, stepWeights, ...others } = analysis;
  const strategies = Object.entries({ iterations, stepWeights, stepWeight });
  const [name, value] = strategies.find(([, present]) => present !== undefined) ?? ['stepWeight', 100];
  return { interval: '', ...others, [name]: value };
}

function shortestSpec(serving: Serving | undefined): Readonly<Record<string, unknown>> {
  const targetRef = serving && { apiVersion: 'apps/v1', kind: serving.kind, name: serving.target };
  return { analysis: { interval: '', stepWeight: 100 }, ...(targetRef === undefined ? {} : { targetRef }) };
}

/**
 * A status that someone cut down, as `kubectl patch --subresource=status` can, still counts: what is missing
 * is filled in as for a new object. An empty one is no status yet.
 */
function readStatus(status: unknown): unknown {
  if (typeof status !== 'object' || status === null || Object.keys(status).length === 0) return undefined;
  if (statusCheck.problems(status, 'status').length === 0) return status;
  return { ...emptyStatus, ...status };
}

const emptyStatus = { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 } as const;

function isCanary(object: AnyKubeObject): object is AnyKubeObject & Canary {
  const { status } = object;
  return status === undefined || statusCheck.problems(status, 'status').length === 0;
}
