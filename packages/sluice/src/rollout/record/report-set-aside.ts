import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { conditionsOf } from '../../rules/run/conditions.ts';
import { keyOf } from '../../rules/objects/names.ts';
import { toTime } from '../../rules/run/timing.ts';
import type { RolloutDeps } from '../deps.ts';
import type { CanaryMemory } from '../memory.ts';
import type { PassResult } from '../pass-result.ts';
import { describeSetAside } from '../set-aside.ts';
import type { SetAside } from '../set-aside.ts';
import { patchStatus } from './patch-status.ts';

/** Says that a Canary is set aside, as a condition, as what it waits for and, the first time, as a Warning. */
export async function reportSetAside(
  deps: RolloutDeps,
  object: AnyKubeObject,
  aside: SetAside,
  memory: CanaryMemory,
  signal: AbortSignal,
): Promise<Partial<PassResult>> {
  const message = describeSetAside(aside);
  const present = conditionsOf(object['status']);
  const before = present.find(({ type }) => type === 'SetAside');
  const now = toTime(aside.since);
  const since = before?.lastTransitionTime ?? now;
  const condition = {
    type: 'SetAside',
    status: 'True',
    reason: 'PassTookTooLong',
    message,
    lastUpdateTime: now,
    lastTransitionTime: since,
  };
  const waiting = {
    step: 'set-aside',
    for: 'person',
    reason: 'SetAside',
    message,
    since,
    until: toTime(aside.until),
  };
  const conditions = [...present.filter(({ type }) => type !== 'SetAside'), condition];
  const failed = await patchStatus(deps, object, { conditions, waiting }, memory, signal);
  if (failed !== undefined) return failed;
  if (!memory.warned.has('SetAside'))
    deps.events.record(object, { type: 'Warning', reason: 'SetAside', message });
  memory.warned.set('SetAside', message);
  deps.log.warn('canary is set aside', { canary: keyOf(object), seconds: aside.heldMs / 1000 });
  return {};
}
