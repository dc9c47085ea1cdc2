import { events } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import { conditionsOf } from '@sluice/sluice/rules/run/conditions.ts';
import type { ApiWrite } from '../support/checks/observe-writes.ts';

const type = 'TwoControllers';

/** Nobody else writes the status in these worlds, so nobody yields: neither a condition nor an Event may say so. */
export function checkAlone({ resource, after }: ApiWrite, fail: (text: string) => void): void {
  if (resource.plural === events.plural && after?.['reason'] === type)
    fail(`an Event says ${type}: ${String(after['message'])}`);
  if (resource.plural !== canaries.plural) return;
  const condition = conditionsOf(after?.['status']).find((present) => present.type === type);
  if (condition?.status === 'True') fail(`the status says ${type}: ${condition.message ?? ''}`);
}
