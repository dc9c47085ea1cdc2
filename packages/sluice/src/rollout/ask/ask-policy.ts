import type { RolloutDeps } from '../deps.ts';
import { lookAgainAt } from '../draft.ts';
import type { Asking } from './asking.ts';

/** Pause before the policy is read again after a failure, in milliseconds. */
const readAgainMs = 5_000;

/**
 * Whether the API server verified the name in the decision `hash`: whether it enforces the decision policy now. Undefined
 * while that is being read; its answer wakes the pass.
 */
export function askPolicy(
  { seen, draft, deps }: Asking & { readonly deps: Pick<RolloutDeps, 'decisionPolicy'> },
  hash: string,
): boolean | undefined {
  const { questions, decisionPolicy } = deps;
  if (!decisionPolicy.isExpected) return false;
  const key = `${draft.status.run?.id ?? ''}|policy|${hash}`;
  const question = questions.find(seen.key, key);
  const settled = question?.settled;
  if (typeof settled?.value === 'boolean') return settled.value;
  const isDue = settled !== undefined && seen.now >= settled.at + readAgainMs;
  if (question === undefined || isDue) {
    const ask = (question?.ask ?? -1) + 1;
    const work = (signal: AbortSignal): Promise<boolean> => decisionPolicy.isEnforced(signal);
    questions.start(seen.key, { key, id: `policy-${hash}-${ask}`, ask, work });
  } else if (settled !== undefined) lookAgainAt(draft, settled.at + readAgainMs);
  return undefined;
}
