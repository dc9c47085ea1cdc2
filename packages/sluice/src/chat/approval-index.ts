import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';

/** The approvals that wait now, each with its Canary. */
export interface ApprovalIndex {
  /** Takes the present state of a Canary, or that it has gone. False when there was no room for all of it. */
  update(ref: ObjectRef, canary: AnyKubeObject | undefined): boolean;
  get(approval: string): ObjectRef | undefined;
  idsOf(ref: ObjectRef): readonly string[];
  ids(): readonly string[];
}

/** Approvals that are announced at a time. Others follow when their Canary changes and there is room. */
const mostWaiting = 1_000;

export function createApprovalIndex(): ApprovalIndex {
  const places = new Map<string, ObjectRef>();
  const byCanary = new Map<string, readonly string[]>();
  const keyOf = ({ namespace = '', name }: ObjectRef): string => `${namespace}/${name}`;
  return {
    update(ref, canary) {
      const key = keyOf(ref);
      for (const id of byCanary.get(key) ?? []) places.delete(id);
      const waiting = canary === undefined ? [] : waitingIn(canary);
      const taken = waiting.slice(
        0,
        // guard: announced-approvals-are-bounded
        Math.max(0, mostWaiting - places.size),
      );
      for (const id of taken) places.set(id, ref);
      if (taken.length > 0) byCanary.set(key, taken);
      else byCanary.delete(key);
      return taken.length === waiting.length;
    },
    get: (approval) => places.get(approval),
    idsOf: (ref) => byCanary.get(keyOf(ref)) ?? [],
    ids: () => [...places.keys()],
  };
}

/** An approval of type `rollback` is a switch that may stand for days: nobody is asked for it. */
export const isAnnounced = (type: unknown): boolean => type !== 'rollback';

const waitingIn = (canary: AnyKubeObject): readonly string[] =>
  asList(asRecord(canary['status'])['approvals']).flatMap((one) => {
    const { id, type, state } = asRecord(one);
    return state === 'waiting' && isAnnounced(type) ? (asText(id) ?? []) : [];
  });
