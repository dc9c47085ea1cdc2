import type { Condition, Waiting } from '../../api/canary-status.ts';
import { describeProblem } from '../../api/field-problem.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { keyOf } from '../../rules/objects/names.ts';
import { conditionsOf } from '../../rules/run/conditions.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { PassResult } from '../pass-result.ts';
import { patchStatus } from './patch-status.ts';

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
  };
  const failed = await patchStatus(deps, object, status, memory, signal);
  if (failed !== undefined) return failed;
  deps.events.record(object, { type: 'Warning', reason: 'InvalidSpec', message });
  deps.log.warn('canary is invalid', { canary: keyOf(object), problems: message });
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
