import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { claimsOf } from '../rules/objects/claims.ts';
import type { Draft } from './finding.ts';

/** An object of a file, and where it stands there. */
export interface Placed {
  readonly object: AnyKubeObject;
  readonly line: number;
}

/**
 * Objects of one file that get in each other's way, by what `placed` is of each. Two files may be meant for two
 * clusters.
 */
export function checkTogether(placed: readonly Placed[]): readonly (readonly Draft[])[] {
  const objects = new Map<string, Placed>();
  const claims = new Map<string, Placed>();
  return placed.map((one) => {
    const { object } = one;
    if (object.metadata.name === '') return [];
    const key = JSON.stringify([object.kind, object.metadata.namespace, object.metadata.name]);
    const twin = objects.get(key);
    if (twin !== undefined) return [repeated(object, twin)];
    objects.set(key, one);
    return object.kind === 'Canary' ? claim(one, claims) : [];
  });
}

function repeated({ kind, metadata }: AnyKubeObject, { line }: Placed): Draft {
  const message = `${kind} ${metadata.name} stands in line ${line}, too: the last one replaces the others`;
  return { rule: 'OBJECT003', field: 'metadata.name', message };
}

function claim(one: Placed, claims: Map<string, Placed>): readonly Draft[] {
  const { metadata } = one.object;
  for (const claimed of claimsOf(one.object)) {
    const key = JSON.stringify([metadata.namespace, claimed]);
    const rival = claims.get(key);
    if (rival !== undefined) return [rivalry(one.object, rival, claimed)];
    claims.set(key, one);
  }
  return [];
}

function rivalry({ metadata }: AnyKubeObject, rival: Placed, claimed: string): Draft {
  const field = claimed.startsWith('Service/') ? 'spec.service.name' : 'spec.targetRef.name';
  const message = `Canary ${metadata.name} and Canary ${rival.object.metadata.name} of line ${rival.line} both need ${claimed.replace('/', ' ')}: the younger one is Invalid; choose another name, or remove one of them`;
  return { rule: 'CLAIM001', field, message };
}
