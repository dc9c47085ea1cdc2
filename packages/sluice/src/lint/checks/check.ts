import type { Canary } from '../../api/canary.ts';
import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { RouterCapabilities } from '../../ports/router.ts';
import type { Draft } from '../finding.ts';
import type { RuleId } from '../rules.ts';

export interface CheckContext {
  /** Provider of the Canary; undefined where it names none and the command neither. */
  readonly provider: string | undefined;
  readonly capabilities: RouterCapabilities;
  /** Floor of `analysis.interval`, in milliseconds. */
  readonly minimumIntervalMs: number;
  /** Whether one of the files holds this MetricTemplate. */
  readonly hasTemplate: (ref: ObjectRef) => boolean;
}

/** A rule, or some that look at the same fields, for a Canary that the schema allows. Pure. */
export type Check = (canary: Canary, context: CheckContext) => readonly Draft[];

export const draft = (rule: RuleId, field: string, message: string): Draft => ({ rule, field, message });
