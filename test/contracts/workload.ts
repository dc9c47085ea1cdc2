import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { applyMergePatch, isKubeObject } from '../support/rigs/apply-patch.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { PrimaryContext, Workload } from '@sluice/sluice/ports/workload.ts';
import { deepFreeze } from '../support/rigs/deep-freeze.ts';

export interface TargetFixture {
  readonly workload: Workload;
  /** A target as an API server returns it. */
  readonly target: AnyKubeObject;
  /** The same target with another revision, which lacks something that the first one has. */
  readonly changed: AnyKubeObject;
  /** The same revision with other labels, annotations and size. */
  readonly relabelled: AnyKubeObject;
  readonly context: PrimaryContext;
}

export interface WorkloadFixture extends TargetFixture {
  /** A target that no label of `context.selectorLabels` selects. */
  readonly unselectable: AnyKubeObject;
  /** `workload` in full health, and the same before its controller has seen the latest spec. */
  readonly healthy: AnyKubeObject;
  readonly unseen: AnyKubeObject;
}

/** What every kind of target keeps to, with pods or without. */
export function describeTargetContract(name: string, create: () => TargetFixture): void {
  describe(`${name} as a target`, () => {
    const fixture = deepFreeze(create());
    const { workload, target, changed, context } = fixture;
    const primary = deepFreeze(workload.buildPrimary(target, context));

    it('calls a change of what runs a revision, and nothing else', () => {
      expect(workload.revisionInput(changed)).not.toEqual(workload.revisionInput(target));
      expect(workload.revisionInput(fixture.relabelled)).toEqual(workload.revisionInput(target));
    });

    it('names the primary after the target and gives it to the Canary', () => {
      expect(primary.kind).toBe(target.kind);
      expect(primary.metadata.name).toBe(`${target.metadata.name}-primary`);
      expect(primary.metadata.namespace).toBe(target.metadata.namespace);
      const owner = { kind: 'Canary', name: context.canary.metadata.name, controller: true };
      expect(primary.metadata.ownerReferences).toMatchObject([owner]);
    });

    it('builds the same primary twice: nothing in it is random', () => {
      expect(workload.buildPrimary(target, context)).toEqual(primary);
    });

    it('sees that a new primary runs what the target runs, and that a changed target differs', () => {
      expect(workload.runsSame(target, primary, context)).toBe(true);
      expect(workload.runsSame(changed, primary, context)).toBe(false);
    });

    it('can be put back to what it ran before a promotion, whatever was changed', () => {
      const kept = deepFreeze(workload.snapshot(primary));
      const promoted = after(
        primary,
        workload.promotionPatch(changed, primary, { ...context, revision: 'v1:new' }),
      );
      expect(workload.snapshot(promoted)).not.toEqual(kept);
      const back = after(promoted, workload.restorePatch(promoted, kept));
      expect(workload.snapshot(back)).toEqual(kept);
      expect(workload.restorePatch(back, kept)).toEqual({});
    });

    it('has nothing to promote when the primary runs the target already', () => {
      expect(workload.promotionPatch(target, primary, context)).toEqual({});
    });

    it('promotes a change, removals included, once', () => {
      const next = { ...context, revision: 'v1:next' };
      const promoted = after(primary, workload.promotionPatch(changed, primary, next));
      expect(workload.runsSame(changed, promoted, next)).toBe(true);
      expect(workload.images(promoted)).toEqual(workload.images(changed));
      expect(workload.promotionPatch(changed, promoted, next)).toEqual({});
    });

    it('notes a new revision of the same pods without rolling them', () => {
      const next = { ...context, revision: 'v1:next' };
      expect(workload.promotionPatch(target, primary, next)).toEqual({
        metadata: { annotations: { 'sluice.dev/revision': 'v1:next' } },
      });
    });
  });
}

/** What every kind of target with pods keeps to. */
export function describeWorkloadContract(name: string, create: () => WorkloadFixture): void {
  describeTargetContract(name, create);
  describe(`${name} as a workload`, () => {
    const fixture = deepFreeze(create());
    const { workload, target, context } = fixture;
    const primary = deepFreeze(workload.buildPrimary(target, context));

    it('keeps the pods of primary and target apart', () => {
      const sides = workload.selectors(target, undefined, context.selectorLabels);
      if (sides === undefined) throw new Error('no selectors');
      expect(sides.primary[sides.key]).not.toBe(sides.canary[sides.key]);
      expect(podLabels(primary)).toMatchObject(sides.primary);
      expect(asRecord(asRecord(primary['spec'])['selector'])['matchLabels']).toEqual(sides.primary);
    });

    it('keeps to the selector of a primary that stands, whatever labels are asked for', () => {
      const before = workload.selectors(target, undefined, context.selectorLabels);
      const after = workload.selectors(target, primary, context.selectorLabels.toReversed());
      expect(after).toEqual(before);
      expect(workload.isPrimary(primary)).toBe(true);
      expect(workload.isPrimary(target)).toBe(false);
    });

    it('says with a sentence which labels it looked for in a target it cannot select', () => {
      const select = () => workload.selectors(fixture.unselectable, undefined, context.selectorLabels);
      expect(select).toThrow(SluiceError);
      expect(select).toThrow(context.selectorLabels[0]);
      expect(select).toThrow(fixture.unselectable.metadata.name);
    });

    it('sets the size it then reads, which is no revision', () => {
      const size = workload.sizing === 'replicas' ? 3 : 1;
      for (const object of [primary, target]) {
        const stopped = after(object, workload.scalePatch(object, 0));
        expect(workload.replicas(stopped)).toBe(0);
        expect(workload.revisionInput(stopped)).toEqual(workload.revisionInput(object));
        const started = after(stopped, workload.scalePatch(stopped, size));
        expect(workload.replicas(started)).toBe(size);
        expect(workload.revisionInput(started)).toEqual(workload.revisionInput(object));
      }
    });

    it('makes a primary that runs of a target that is stopped, and promotes it without stopping', () => {
      const stopped = after(target, workload.scalePatch(target, 0));
      expect(workload.replicas(workload.buildPrimary(stopped, context))).toBeGreaterThan(0);
      expect(workload.runsSame(stopped, primary, context)).toBe(true);
      expect(workload.promotionPatch(stopped, primary, context)).toEqual({});
    });

    it('is ready in full health, and never before its controller has seen the spec', () => {
      expect(workload.readiness(fixture.healthy, 100)).toMatchObject({ ready: true, stuck: false });
      expect(workload.readiness(fixture.unseen, 0)).toMatchObject({ ready: false, stuck: false });
    });
  });
}

export interface ConfiguredWorkloadFixture {
  readonly workload: Workload;
  /** Its pods read the ConfigMap `settings`, the Secret `token` and, optional, the ConfigMap `colors`. */
  readonly target: AnyKubeObject;
  readonly context: PrimaryContext;
}

/** What every kind of target that has pods keeps to. */
export function describeConfigCopies(name: string, create: () => ConfiguredWorkloadFixture): void {
  describe(`ConfigMaps and Secrets of a ${name}`, () => {
    const { workload, target, context } = deepFreeze(create());
    const copies = [
      ['configmap/settings', 'settings-primary'],
      ['secret/token', 'token-primary'],
    ] as const;
    const tracked: PrimaryContext = { ...context, configNames: new Map(copies) };
    const untracked: PrimaryContext = { ...context, configNames: new Map() };
    const namesIn = (workloadObject: AnyKubeObject): readonly string[] =>
      workload.configReferences(workloadObject).map((reference) => reference.name);
    /** Flagger tracked all three, and knew nothing of our annotations. */
    const byFlagger = (): AnyKubeObject => {
      const configNames = new Map([...copies, ['configmap/colors', 'colors-primary'] as const]);
      const built = workload.buildPrimary(target, { ...context, configNames });
      return after(built, { metadata: { annotations: null } });
    };

    it('are found, each once, with whether pods start without them', () => {
      expect(workload.configReferences(target)).toHaveLength(3);
      expect(workload.configReferences(target)).toEqual(
        expect.arrayContaining([
          { kind: 'ConfigMap', name: 'settings', optional: false },
          { kind: 'ConfigMap', name: 'colors', optional: true },
          { kind: 'Secret', name: 'token', optional: false },
        ]),
      );
    });

    it('are read from their copies by the primary, those without a copy from the original', () => {
      const primary = workload.buildPrimary(target, tracked);
      expect(namesIn(primary).toSorted()).toEqual(['colors', 'settings-primary', 'token-primary']);
      expect(workload.runsSame(target, primary, tracked)).toBe(true);
      expect(workload.promotionPatch(target, primary, tracked)).toEqual({});
    });

    it('are read from their copies after a promotion, and from the originals when tracking ends', () => {
      const primary = workload.buildPrimary(target, untracked);
      expect(namesIn(primary)).toEqual(namesIn(target));
      expect(workload.runsSame(target, primary, tracked)).toBe(false);
      const promoted = after(primary, workload.promotionPatch(target, primary, tracked));
      expect(workload.runsSame(target, promoted, tracked)).toBe(true);
      expect(workload.runsSame(target, promoted, untracked)).toBe(false);
      const back = after(promoted, workload.promotionPatch(target, promoted, untracked));
      expect(namesIn(back)).toEqual(namesIn(target));
    });

    it('restart the pods of the primary when their content was promoted, and only then', () => {
      const first = { ...tracked, configRevision: 'v1:one' };
      const second = { ...tracked, configRevision: 'v1:two' };
      const primary = workload.buildPrimary(target, first);
      expect(workload.runsSame(target, primary, first)).toBe(true);
      expect(workload.promotionPatch(target, primary, first)).toEqual({});
      expect(workload.runsSame(target, primary, second)).toBe(false);
      expect(workload.promotionPatch(target, primary, second)).toHaveProperty('spec.template');
      const promoted = after(primary, workload.promotionPatch(target, primary, second));
      expect(workload.runsSame(target, promoted, second)).toBe(true);
    });

    it('count as the same in a primary that Flagger gave copies to, tracked here or not', () => {
      expect(namesIn(byFlagger())).toContain('settings-primary');
      expect(workload.runsSame(target, byFlagger(), tracked)).toBe(true);
      expect(workload.runsSame(target, byFlagger(), untracked)).toBe(true);
      expect(workload.runsSame(target, byFlagger(), { ...tracked, configRevision: 'v1:one' })).toBe(true);
    });
  });
}

function after(object: AnyKubeObject, patch: Record<string, unknown>): AnyKubeObject {
  const result = applyMergePatch(object, patch);
  if (!isKubeObject(result)) throw new Error('the patch destroyed the object');
  return deepFreeze(result);
}

function podLabels(workload: AnyKubeObject): Readonly<Record<string, unknown>> {
  const template = asRecord(asRecord(workload['spec'])['template']);
  return asRecord(asRecord(template['metadata'])['labels']);
}
