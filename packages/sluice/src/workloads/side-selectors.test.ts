import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { primaryLabelValue, sideSelectors } from './side-selectors.ts';

const workload = (name: string, matchLabels: Readonly<Record<string, string>>): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'test' },
  spec: { selector: { matchLabels } },
});
const target = workload('web', { app: 'web', instance: 'red' });

describe('the selectors of the two sides', () => {
  it('differ in the first of the labels that the target has, and share all others', () => {
    expect(sideSelectors(target, undefined, ['name', 'app'])).toEqual({
      key: 'app',
      canary: { app: 'web', instance: 'red' },
      primary: { app: 'web-primary', instance: 'red' },
    });
  });

  it('are those of a primary that stands, whatever the labels are by now', () => {
    const primary = workload('web-primary', { app: 'web-primary' });
    for (const labels of [['app'], ['instance', 'app'], ['instance'], []])
      expect(sideSelectors(target, primary, labels)).toEqual({
        key: 'app',
        canary: { app: 'web', instance: 'red' },
        primary: { app: 'web-primary' },
      });
  });

  it('of a target without any of the labels are refused with the cure', () => {
    expect(() => sideSelectors(target, undefined, ['name'])).toThrow(
      'Deployment test/web: spec.selector.matchLabels has none of the labels name; use one of them, or name yours with -selector-labels',
    );
  });

  it('leave out what Flux marks its objects with', () => {
    const marked = workload('web', { app: 'web', 'kustomize.toolkit.fluxcd.io/name': 'apps' });
    expect(sideSelectors(marked, undefined, ['app']).primary).toEqual({ app: 'web-primary' });
  });
});

describe('the label of a primary', () => {
  it('is the value of the target with -primary', () => {
    expect(primaryLabelValue('web')).toBe('web-primary');
    expect(primaryLabelValue('a'.repeat(55))).toBe(`${'a'.repeat(55)}-primary`);
  });

  it('never is longer than a label may be, and stays another one for another value', () => {
    const values = ['b', 'c'].map((end) => primaryLabelValue(`${'a'.repeat(62)}${end}`));
    for (const value of values) {
      expect(value).toHaveLength(63);
      expect(value).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    }
    expect(new Set(values).size).toBe(2);
  });
});
