import type { FieldProblem } from '../api/field-problem.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';

/** Owners of the existing objects whose names a canary wants. */
export interface Ownership {
  /** Objects of somebody else, by `objectKey`; they are never written. */
  readonly foreign: ReadonlyMap<string, ForeignObject>;
  /** Objects that evidently belong to the target, or that their owner released; written once the status records the take-over. */
  readonly claimable: readonly ClaimableObject[];
}

export interface ForeignObject {
  /** KIND/NAME */
  readonly id: string;
  readonly problem: FieldProblem;
  readonly message: string;
}

export interface ClaimableObject {
  /** As `status.serving.taken` names it: KIND/NAME. */
  readonly id: string;
  /** One sentence: what it is, and what is changed of it. */
  readonly message: string;
}

/** An object under a name that is no longer in use. */
export interface Leftover {
  readonly resource: ResourceType;
  readonly object: AnyKubeObject;
  /** What it gets back, where it was there before the Canary; undefined: it goes. */
  readonly released: Readonly<Record<string, unknown>> | undefined;
}
