import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Approval, DecisionRecord } from '@sluice/sluice/api/canary-status.ts';
import { decisionValues } from '@sluice/sluice/rules/people/decision-request.ts';
import type { DecisionRequest } from '@sluice/sluice/rules/people/decision-request.ts';
import { namespace } from './objects.ts';
import type { Scenario } from './scenario.ts';

const ref = { namespace, name: 'podinfo' };

type Wanted = Partial<Omit<DecisionRequest, 'hash'>> & Pick<DecisionRequest, 'verb'>;

/** Writes the annotations of a decision, as `kubectl annotate` does. alice decides unless told. */
export function annotateDecision({ store }: Pick<Scenario, 'store'>, wanted: Wanted): void {
  const object = store.get(canaries, ref);
  if (object === undefined) throw new Error('no canary');
  const values = decisionValues({ by: 'alice', groups: [], via: 'kubectl', reason: '', ...wanted });
  const merged = Object.entries({ ...object.metadata.annotations, ...values });
  const annotations = Object.fromEntries(
    merged.filter((entry): entry is [string, string] => entry[1] !== null),
  );
  store.update(canaries, { ...object, metadata: { ...object.metadata, annotations } });
}

/** The same, and waits until the controller has taken it. */
export async function decideAs(scenario: Scenario, wanted: Wanted): Promise<DecisionRecord> {
  const before = scenario.status().decisions?.at(-1);
  const isNew = (): boolean => {
    const last = scenario.status().decisions?.at(-1);
    return (
      last !== undefined && last !== before && (last.request !== before?.request || last.at !== before.at)
    );
  };
  annotateDecision(scenario, wanted);
  await scenario.until(isNew, 10_000);
  const last = scenario.status().decisions?.at(-1);
  if (last === undefined) throw new Error('no decision');
  return last;
}

/** The approval that waits. */
export async function waitingApproval(scenario: Scenario): Promise<Approval> {
  const waiting = (): Approval | undefined =>
    scenario.status().approvals?.find(({ state, type }) => state === 'waiting' && type !== 'rollback');
  await scenario.until(() => waiting() !== undefined);
  const approval = waiting();
  if (approval === undefined) throw new Error('no approval waits');
  return approval;
}
