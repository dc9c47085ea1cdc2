import type { Canary } from './canary.ts';
import { canarySpecSchema } from './canary-spec.ts';
import { canaryStatusSchema } from './canary-status.ts';
import type { CanaryStatus, Serving } from './canary-status.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { FieldProblem } from './field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createSchemaCheck } from './schema-problems.ts';
import { sizeProblems, withFewValues, withinSize } from './spec-size.ts';

export type ParsedCanary = { readonly canary: Canary } | { readonly problems: readonly FieldProblem[] };

const specCheck = createSchemaCheck(canarySpecSchema);
const statusCheck = createSchemaCheck(canaryStatusSchema);

/**
 * Parses an object as a Canary, unknown fields included, or returns its problems. The object may hold values that
 * the CRD of today refuses, when an older CRD was installed when it was stored. Each object is parsed once: most passes meet
 * the very object that the one before read, and what the cache hands out is never changed.
 */
export const parseCanary = byObject(parse);

function parse(object: AnyKubeObject): ParsedCanary {
  const spec = object['spec'];
  const problems = [...specCheck.problems(withFewValues(spec), 'spec'), ...sizeProblems(spec)];
  if (problems.length > 0) return { problems };
  const status = readStatus(object['status']);
  const whole = status === object['status'] ? object : { ...object, status };
  return isCanary(whole) ? { canary: whole } : { problems: statusCheck.problems(whole['status'], 'status') };
}

/**
 * The valid part of an object as a Canary: without the fields that do not fit, and with the target of `status.serving`
 * in the place of one that cannot be read. It is enough to stop a run, never to begin or continue one. Undefined when
 * too little is left.
 */
export const salvageCanary = byObject(salvage);

function salvage(object: AnyKubeObject): Canary | undefined {
  const status = statusCheck.fitting(readStatus(object['status']) ?? { ...emptyStatus });
  const { serving } = (status ?? {}) as Pick<CanaryStatus, 'serving'>;
  const { analysis, ...others } = asRecord(withinSize(object['spec']));
  const asked = { ...shortestSpec(serving), ...others, analysis: oneStrategy(asRecord(analysis)) };
  const spec = asRecord(specCheck.fitting(asked));
  const filled = { ...shortestSpec(serving), ...spec };
  const whole = { ...object, spec: filled, status };
  return specCheck.problems(filled, 'spec').length === 0 && isCanary(whole) ? (whole as Canary) : undefined;
}

/** The analysis with an interval, and with exactly one of `iterations`, `stepWeights` and `stepWeight`. */
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
 * A partial status, such as `kubectl patch --subresource=status` can leave, still counts: its missing fields
 * are filled in as for a new object. An empty one is no status yet.
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
