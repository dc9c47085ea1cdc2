import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../../../test/support/rigs/deep-freeze.ts';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import type { AnyKubeObject, OwnerReference } from '@sluice/kube/objects/kube-object.ts';
import { applyMergePatch } from '@sluice/lib/json/merge.ts';
import type { ConfigCopyPlan } from './config-copy.ts';
import { planConfigCopy, primaryConfigName, renderConfigCopy } from './config-copy.ts';
import { ownerReferenceTo } from '../objects/ownership.ts';

const canary = podinfoCanary();
const own = ownerReferenceTo(canary);
const other: OwnerReference = { ...own, name: 'other', uid: 'other-uid' };

const settings = (fields: Readonly<Record<string, unknown>> = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'settings',
    namespace: 'test',
    uid: 'source-uid',
    resourceVersion: '5',
    labels: { 'app.io/team': 'x', tier: 'front', 'kustomize.toolkit.fluxcd.io/name': 'z' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'App', name: 'theirs', uid: 'theirs-uid', controller: true }],
  },
  data: { color: 'blue' },
  ...fields,
});
const token = (fields: Readonly<Record<string, unknown>> = {}): AnyKubeObject => ({
  ...settings(),
  kind: 'Secret',
  type: 'kubernetes.io/basic-auth',
  data: { password: 'dGVzdA==' },
  ...fields,
});

const options = (existing?: AnyKubeObject, includeLabelPrefixes: readonly string[] = []) =>
  deepFreeze({ canary, includeLabelPrefixes, existing });
const render = (source: AnyKubeObject, existing?: AnyKubeObject) =>
  renderConfigCopy(deepFreeze(source), options(existing));
const plan = (source: AnyKubeObject, existing?: AnyKubeObject): ConfigCopyPlan =>
  planConfigCopy(deepFreeze(source), options(existing));
const ownedBy = (...ownerReferences: readonly OwnerReference[]): AnyKubeObject => {
  const copy = render(settings());
  return { ...copy, metadata: { ...copy.metadata, ownerReferences } };
};

describe('the copy of a ConfigMap or Secret', () => {
  it('carries the content, and of the metadata only labels that pass the prefixes', () => {
    const source = deepFreeze(settings({ binaryData: { logo: 'AAAA' } }));
    expect(renderConfigCopy(source, options(undefined, ['app.io']))).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'settings-primary',
        namespace: 'test',
        labels: { 'app.io/team': 'x' },
        ownerReferences: [own],
      },
      data: { color: 'blue' },
      binaryData: { logo: 'AAAA' },
    });
  });

  it('keeps the type of a Secret', () => {
    expect(render(token())).toMatchObject({
      kind: 'Secret',
      type: 'kubernetes.io/basic-auth',
      data: { password: 'dGVzdA==' },
    });
  });

  it('can be changed even where the original cannot', () => {
    expect(render(settings({ immutable: true }))).not.toHaveProperty('immutable');
  });

  it('is called as Flagger calls it', () => {
    expect(primaryConfigName('settings')).toBe('settings-primary');
  });
});

describe('the owners of a copy', () => {
  const ownersAfter = (...before: readonly OwnerReference[]) =>
    render(settings(), ownedBy(...before)).metadata.ownerReferences;

  it('are this Canary as the controller, and those that were there before', () => {
    expect(ownersAfter(other)).toEqual([{ ...other, controller: false }, own]);
  });

  it('stay as they are when this Canary is among them: two Canaries do not fight over one copy', () => {
    const shared = [{ ...own, controller: false }, other];
    expect(ownersAfter(...shared)).toEqual(shared);
  });

  it('do not keep the Canary of this name that was deleted', () => {
    expect(ownersAfter({ ...own, uid: 'gone' }, other)).toEqual([{ ...other, controller: false }, own]);
  });
});

describe('writing a copy', () => {
  it('creates it when there is none', () => {
    expect(plan(settings())).toEqual({ action: 'create', object: render(settings()) });
  });

  it('keeps one that is right, whatever others noted on it', () => {
    const copy = render(settings());
    const noted = { ...copy, metadata: { ...copy.metadata, annotations: { note: 'x' }, uid: 'copy' } };
    expect(plan(settings(), noted)).toEqual({ action: 'keep' });
  });

  it('keeps one whose empty labels the API server dropped', () => {
    const copy = render(settings());
    const { labels: _empty, ...metadata } = copy.metadata;
    expect(plan(settings(), { ...copy, metadata })).toEqual({ action: 'keep' });
  });

  it('patches just what differs, removals included', () => {
    const existing = render(settings({ data: { color: 'red', old: 'x' }, binaryData: { a: 'AAAA' } }));
    const result = plan(settings(), existing);
    expect(result).toEqual({
      action: 'patch',
      patch: { data: { color: 'blue', old: null }, binaryData: null },
    });
    const patch = result.action === 'patch' ? result.patch : {};
    expect(applyMergePatch(existing, patch)).toEqual(render(settings()));
  });

  it('replaces one that the API server does not let anybody change', () => {
    const frozen = { ...render(settings({ data: { color: 'red' } })), immutable: true };
    expect(plan(settings(), frozen)).toEqual({ action: 'replace', object: render(settings()) });
    expect(plan(settings(), { ...render(settings()), immutable: true })).toEqual({ action: 'keep' });
  });

  it('replaces a Secret whose type changed', () => {
    const existing = render(token());
    const source = token({ type: 'Opaque' });
    expect(plan(source, existing)).toEqual({ action: 'replace', object: render(source) });
  });

  it('adds this Canary to a copy that another one made', () => {
    expect(plan(settings(), ownedBy(other))).toEqual({
      action: 'patch',
      patch: { metadata: { ownerReferences: [{ ...other, controller: false }, own] } },
    });
  });

  it("never overwrites an object of that name that is nobody's copy, and says what to do", () => {
    const foreign: OwnerReference = { ...own, apiVersion: 'example.com/v1' };
    for (const existing of [ownedBy(), ownedBy(foreign)]) {
      const result = plan(settings(), existing);
      expect(result.action).toBe('conflict');
      const message = result.action === 'conflict' ? result.message : '';
      expect(message).toContain('ConfigMap test/settings-primary');
      expect(message).toContain('flagger.app/config-tracking');
    }
  });

  it('shows no content in what it says', () => {
    const result = plan(token(), { ...token(), metadata: { name: 'settings-primary', namespace: 'test' } });
    expect(result.action).toBe('conflict');
    expect(JSON.stringify(result)).not.toContain('dGVzdA==');
  });
});
