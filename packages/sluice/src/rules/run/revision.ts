import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { hashJson } from '@sluice/lib/json/canonical-json.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { revisionAnnotation } from '../objects/object-keys.ts';

/**
 * A revision names what a workload's pods are made from: a scheme-tagged hash over what the API server
 * returned, so that neither a new field of a client library nor an upgrade of Sluice looks like a change.
 */
export const revisionOf = (input: unknown): string => hashJson(input);

/** The revision that the primary was made from, when Sluice made it. */
export const primaryRevision = (primary: AnyKubeObject): string | undefined =>
  asText(asRecord(primary.metadata.annotations)[revisionAnnotation]);

/** Whether a hash in status is of our scheme; Flagger's cannot be reproduced and means "adopt". */
export const isOwnRevision = (hash: string | undefined): boolean => hash?.startsWith('v1:') ?? false;

/** A revision as people read it: without the scheme. */
export const shortRevision = (revision: string): string => revision.replace(/^v\d+:/, '').slice(0, 10);

/**
 * The id of a run, derived from canary, revision and resting point: after a crash before the first write, the
 * same questions are asked again. Any later run has another id.
 */
export function runIdOf(canaryUid: string, revision: string, restingSince: string): string {
  return hashJson([
    canaryUid,
    revision,
    // guard: run-ids-differ-by-rest
    restingSince,
  ]).slice('v1:'.length);
}

/** deliveryId of one ask of one hook (or of one announcement): the same after a crash. */
export function deliveryIdOf(parts: readonly (string | number)[]): string {
  return hashJson(parts).slice('v1:'.length);
}

/** A target when its revision was last computed. */
export interface SeenTarget {
  readonly uid: string;
  readonly generation: number;
  readonly revision: string;
}

/**
 * The revision of a target, given earlier observations of it. An object with the same generation was not changed
 * by anybody: its differences are new defaults of an upgraded API server.
 */
export function fencedRevision(
  target: AnyKubeObject,
  fresh: string,
  seen: readonly (SeenTarget | undefined)[],
): string {
  const { uid, generation } = target.metadata;
  const same = seen.find(
    (known) =>
      known !== undefined && known.uid === uid && known.generation === generation && generation !== undefined,
  );
  return /* guard: an-unchanged-generation-is-no-new-revision */ same?.revision ?? fresh;
}
