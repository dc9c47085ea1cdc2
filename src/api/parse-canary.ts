import type { Canary } from './canary.ts';
import { canarySpecSchema } from './canary-spec.ts';
import { canaryStatusSchema } from './canary-status.ts';
import type { FieldProblem } from './field-problem.ts';
import type { AnyKubeObject } from './kube-object.ts';
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
 * A status that someone cut down, as `kubectl patch --subresource=status` can, still counts: what is missing
 * is filled in as for a new object. An empty one is no status yet.
 */
function readStatus(status: unknown): unknown {
  if (typeof status !== 'object' || status === null || Object.keys(status).length === 0) return undefined;
  if (statusCheck.problems(status, 'status').length === 0) return status;
  return { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0, ...status };
}

function isCanary(object: AnyKubeObject): object is AnyKubeObject & Canary {
  const { status } = object;
  return status === undefined || statusCheck.problems(status, 'status').length === 0;
}
