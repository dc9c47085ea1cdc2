import type { Condition, Waiting } from '../../api/canary-status.ts';
import { describeProblem } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { canaries } from '../../api/resources.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { isConflict } from '@sluice/kube/objects/kube-error.ts';
import { conditionsOf } from '../../rules/run/conditions.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { PassResult } from '../pass-result.ts';
import { forgetStatus, noteAttempt, noteWritten } from './book.ts';

const problemsShown = 5;

/**
 * Says what is wrong with a Canary, as a condition and as one Warning, and touches nothing else: whatever it
 * ran before keeps running as it is. Looked at again when the object, or what it refers to, changes.
 */
export async function reportInvalid(
  deps: RolloutDeps,
  object: AnyKubeObject,
  problems: readonly FieldProblem[],
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<Partial<PassResult>> {
  const message = problems.slice(0, problemsShown).map(describeProblem).join('; ').slice(0, 1024);
  const present = conditionsOf(object['status']);
  const before = present.find((condition) => condition.type === 'Invalid');
  if (before?.message === message) return {};
  const since = before?.lastTransitionTime ?? toTime(deps.clock.now());
  const condition = invalidCondition(message, since, toTime(deps.clock.now()));
  const status = {
    conditions: [...present.filter((other) => other.type !== 'Invalid'), condition],
    waiting: waitingForPerson(message, since),
    ...missingFields(object),
  };
  const ref = { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
  const patch = { metadata: { resourceVersion: object.metadata.resourceVersion }, status };
  noteAttempt(memory.book, { ...asRecord(object['status']), ...status });
  try {
    const written = await deps.client.mergePatch(canaries, ref, patch, { subresource: 'status' }, signal);
    deps.cache.remember(canaries, written);
    noteWritten(memory.book, written);
  } catch (error) {
    if (!isConflict(error)) forgetStatus(memory.book);
    if (isConflict(error)) return { again: true };
    return { failure: error };
  }
  deps.events.record(object, { type: 'Warning', reason: 'InvalidSpec', message });
  deps.log.warn('canary is invalid', { canary: `${ref.namespace}/${ref.name}`, problems: message });
  return {};
}

const invalidCondition = (message: string, since: string, now: string): Condition => ({
  type: 'Invalid',
  status: 'True',
  reason: 'InvalidSpec',
  message,
  lastUpdateTime: now,
  lastTransitionTime: since,
});

const waitingForPerson = (message: string, since: string): Waiting => ({
  step: 'report-invalid',
  for: 'person',
  reason: 'Invalid',
  message: message.slice(0, 512),
  since,
});

/** Fields that the CRD requires in a status, for a Canary that never had one. */
function missingFields(object: AnyKubeObject): Record<string, unknown> {
  const status = asRecord(object['status']);
  const defaults = { phase: '', failedChecks: 0, canaryWeight: 0, iterations: 0 };
  return Object.fromEntries(Object.entries(defaults).filter(([key]) => status[key] === undefined));
}
