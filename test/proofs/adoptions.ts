import type { CanarySpec } from '@sluice/sluice/api/canary.ts';
import type { CanaryStatus, Run } from '@sluice/sluice/api/canary-status.ts';
import { events, leases } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { Store } from '@sluice/local/store/store.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import type { ApiWrite } from '../support/checks/observe-writes.ts';
import { namespace } from '../support/scenario/objects.ts';

/** Runs that Flagger had begun, and what it had been told of each by then: read from the status that it left. */
export interface Adoptions {
  note(left: CanaryStatus, run: Run, spec: CanarySpec): void;
  /** Whether hooks of that type are Flagger's to have asked, for the whole run. */
  wasAsked(run: Run, type: string): boolean;
}

const inRun: readonly unknown[] = ['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Finalising'];

/** Whether the status is one in a run without a record of it, which only Flagger writes. */
export const isAdoption = ({ phase, run }: CanaryStatus): boolean =>
  run === undefined && inRun.includes(phase);

export function createAdoptions(): Adoptions {
  const asked = new Map<string, readonly string[]>();
  return {
    note: (left, run, spec) => void asked.set(run.id, askedBy(left, spec)),
    wasAsked: ({ id }, type) => asked.get(id)?.includes(type) === true,
  };
}

function askedBy({ phase, canaryWeight, iterations }: CanaryStatus, spec: CanarySpec): readonly string[] {
  if (phase === 'Waiting') return [];
  const isOnItsWay = phase !== 'Progressing' || canaryWeight > 0 || iterations > 0;
  const count = spec.analysis.iterations ?? 0;
  const isConfirmed = phase === 'Promoting' || phase === 'Finalising' || (count > 0 && iterations > count);
  return [
    'confirm-rollout',
    ...(isOnItsWay ? ['pre-rollout'] : []),
    ...(isConfirmed ? ['confirm-promotion'] : []),
  ];
}

const noObjects: readonly string[] = [canaries, events, leases].map(({ plural }) => plural);

/** Nothing is written before it is known whose it is: no object of a canary that is not adopted yet, or about which a person was asked. */
export function checkAdopted(
  { resource, before, after }: ApiWrite,
  store: Store,
  fail: (text: string) => void,
): void {
  if (noObjects.includes(resource.plural)) return;
  const canary = store.get(canaries, { namespace, name: 'podinfo' });
  if (canary === undefined || canary.metadata.deletionTimestamp !== undefined) return;
  if (!isLeft(asRecord(canary['status']))) return;
  const { name } = (after ?? before)?.metadata ?? { name: '' };
  fail(`${resource.plural}/${name} was written before the canary was adopted`);
}

function isLeft({ phase, run, adopted, lastAppliedSpec, conditions = [] }: Partial<CanaryStatus>): boolean {
  if (phase === undefined || phase === '' || phase === 'Initializing') return false;
  if (inRun.includes(phase)) return run === undefined;
  if (conditions.some(({ type }) => type === 'AdoptionUnclear')) return true;
  return adopted === undefined && lastAppliedSpec?.startsWith('v1:') !== true;
}
