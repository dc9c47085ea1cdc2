import type { Hook } from '../../rules/hooks/hooks.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';
import type { Asking } from './asking.ts';

/** The wait at a closed gate: for a program, or for the people of an approval, until its deadline. */
export function gateWait(
  { draft, seen }: Pick<Asking, 'draft' | 'seen'>,
  hook: Hook,
  message: string,
): Waits {
  const { name } = hook;
  if (hook.spec.approval === undefined) return waitFor('hook', 'GateClosed', message, { name });
  const waiting = (draft.status.approvals ?? []).findLast(
    ({ index, state }) => index === hook.index && state === 'waiting',
  );
  const until = Date.parse(waiting?.deadline ?? '');
  return waitFor('person', 'ApprovalNeeded', message, {
    name,
    // An approval that goes on waiting after its deadline has no time any more.
    ...(until > seen.now ? { until } : {}),
  });
}
