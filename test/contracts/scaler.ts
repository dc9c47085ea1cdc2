import { describe, expect, it } from 'vitest';
import type { Canary } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { patchTo, withoutAbsent } from '@sluice/lib/json/merge.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { Scaler } from '@sluice/sluice/ports/scaler.ts';
import { namesOf } from '@sluice/sluice/rules/objects/names.ts';
import { applyMergePatch, isKubeObject } from '../support/rigs/apply-patch.ts';
import { deepFreeze } from '../support/rigs/deep-freeze.ts';

export interface ScalerFixture {
  readonly scaler: Scaler;
  readonly canary: Canary;
  /** The target's scaler as an API server returns it: 3 to 10 replicas, with labels and annotations. */
  readonly object: AnyKubeObject;
  /** The same with 4 to 12 replicas, which lacks something of its spec that the first one has, inside of a list, too. */
  readonly changed: AnyKubeObject;
  /** What the spec says besides target and bounds, of either. */
  readonly scaling: (object: AnyKubeObject) => unknown;
}

/** What every kind of autoscaler keeps to. */
export function describeScalerContract(name: string, create: () => ScalerFixture): void {
  describe(`${name} as a scaler`, () => {
    const { scaler, canary, object, changed, scaling } = deepFreeze(create());
    const primary = deepFreeze(saved(undefined, scaler.render(object, undefined, { canary })));
    const bounds = (of: AnyKubeObject) => [scaler.minReplicas(of), scaler.maxReplicas(of)];

    it('gives the primary a scaler of its own, which belongs to the Canary and scales nothing but the primary', () => {
      expect(primary.kind).toBe(object.kind);
      expect(primary.metadata.name).toBe(`${object.metadata.name}-primary`);
      expect(primary.metadata.name).toBe(scaler.primaryName(object.metadata.name));
      expect(primary.metadata.namespace).toBe(object.metadata.namespace);
      const owner = { kind: 'Canary', name: canary.metadata.name, controller: true };
      expect(primary.metadata.ownerReferences).toMatchObject([owner]);
      const reference = asRecord(asRecord(object['spec'])['scaleTargetRef']);
      expect(asRecord(primary['spec'])['scaleTargetRef']).toEqual({
        ...reference,
        name: namesOf(canary).primary,
      });
    });

    it('copies how and how far the target is scaled', () => {
      expect(bounds(object)).toEqual([3, 10]);
      expect(bounds(primary)).toEqual([3, 10]);
      expect(scaling(primary)).toEqual(scaling(object));
    });

    it('copies the labels, but no mark of Flux, and no annotation: they are not true of the primary', () => {
      const labels = { team: 'x', 'kustomize.toolkit.fluxcd.io/name': 'y' };
      const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'z' };
      const labelled = { ...object, metadata: { ...object.metadata, labels, annotations } };
      const { metadata } = scaler.render(labelled, undefined, { canary });
      expect(metadata.labels).toEqual({ team: 'x' });
      expect(metadata.annotations ?? {}).toEqual({});
    });

    it('has nothing to write when nothing changed', () => {
      expect(patchOf(primary, scaler.render(object, primary, { canary }))).toBeUndefined();
    });

    it('follows each change of the target, removals included, once', () => {
      const followed = saved(primary, scaler.render(changed, primary, { canary }));
      expect(bounds(followed)).toEqual([4, 12]);
      expect(scaling(followed)).toEqual(scaling(changed));
      expect(patchOf(followed, scaler.render(changed, followed, { canary }))).toBeUndefined();
    });

    it('leaves labels and annotations alone that others put on it', () => {
      const metadata = { ...primary.metadata, labels: { theirs: 'x' }, annotations: { theirs: 'y' } };
      const noted = { ...primary, metadata };
      const written = saved(noted, scaler.render(object, noted, { canary }));
      expect(written.metadata.labels).toMatchObject({ theirs: 'x' });
      expect(written.metadata.annotations).toMatchObject({ theirs: 'y' });
    });

    it('takes the bounds of primaryScalerReplicas, each by itself', () => {
      const least = scaler.render(object, undefined, { canary: withReplicas(canary, { minReplicas: 5 }) });
      const most = scaler.render(object, undefined, { canary: withReplicas(canary, { maxReplicas: 20 }) });
      expect([bounds(least), bounds(most)]).toEqual([
        [5, 10],
        [3, 20],
      ]);
    });

    it('refuses bounds that cross, with a sentence that names both places', () => {
      const crossed = { canary: withReplicas(canary, { minReplicas: 11 }) };
      const render = () => scaler.render(object, undefined, crossed);
      expect(render).toThrow(SluiceError);
      expect(render).toThrow('primaryScalerReplicas');
      expect(render).toThrow(object.metadata.name);
    });

    it('does not let the primary fall below what it must hold now, and lets go of it afterwards', () => {
      const held = saved(primary, scaler.render(object, primary, { canary, atLeast: 7 }));
      expect(bounds(held)).toEqual([7, 10]);
      expect(bounds(saved(held, scaler.render(object, held, { canary })))).toEqual([3, 10]);
      expect(bounds(scaler.render(object, primary, { canary, atLeast: 2 }))).toEqual([3, 10]);
    });

    it('does not cut live capacity when its bounds are lowered in the middle of a run', () => {
      const lowered = { canary: withReplicas(canary, { minReplicas: 1, maxReplicas: 4 }), atLeast: 8 };
      expect(bounds(scaler.render(object, primary, lowered))).toEqual([8, 8]);
    });

    it('leaves a scaler alone that somebody else controls, and says whose it is', () => {
      const owner = { apiVersion: 'x/v1', kind: 'Stranger', name: 'theirs', uid: 'u', controller: true };
      const foreign = { ...primary, metadata: { ...primary.metadata, ownerReferences: [owner] } };
      const render = () => scaler.render(object, foreign, { canary });
      expect(render).toThrow(SluiceError);
      expect(render).toThrow('Stranger theirs');
    });

    it('pauses so that it can be resumed, and never pauses the primary with it', () => {
      const paused = patched(object, scaler.pausePatch(object));
      expect(patched(paused, scaler.resumePatch(paused))).toEqual(object);
      expect(scaler.render(paused, undefined, { canary })).toEqual(
        scaler.render(object, undefined, { canary }),
      );
    });

    it('frees a primary that was paused with its target', () => {
      const stuck = patched(primary, scaler.pausePatch(primary));
      const freed = saved(stuck, scaler.render(object, stuck, { canary }));
      expect(freed.metadata.annotations ?? {}).toEqual({});
      expect({ ...freed, metadata: { ...freed.metadata, annotations: undefined } }).toEqual(primary);
    });
  });
}

type PrimaryReplicas = NonNullable<NonNullable<Canary['spec']['autoscalerRef']>['primaryScalerReplicas']>;

function withReplicas(canary: Canary, primaryScalerReplicas: PrimaryReplicas): Canary {
  const { autoscalerRef } = canary.spec;
  if (autoscalerRef === undefined) throw new Error('the fixture names no scaler');
  return { ...canary, spec: { ...canary.spec, autoscalerRef: { ...autoscalerRef, primaryScalerReplicas } } };
}

/** The patch that the pass would send: an empty map is no wish. */
function patchOf(current: AnyKubeObject, desired: AnyKubeObject): Record<string, unknown> | undefined {
  const { labels, annotations, ownerReferences } = desired.metadata;
  const metadata = {
    ...(Object.keys(labels ?? {}).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations ?? {}).length === 0 ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
  };
  return patchTo(current, { ...desired, metadata });
}

/** What the API server holds after the pass has written `desired`. */
function saved(current: AnyKubeObject | undefined, desired: AnyKubeObject): AnyKubeObject {
  return current === undefined
    ? asObject(withoutAbsent(desired))
    : patched(current, patchOf(current, desired));
}

function patched(object: AnyKubeObject, patch: Record<string, unknown> | undefined): AnyKubeObject {
  return patch === undefined ? object : asObject(applyMergePatch(object, patch));
}

function asObject(value: unknown): AnyKubeObject {
  if (!isKubeObject(value)) throw new Error('the patch destroyed the object');
  return value;
}
