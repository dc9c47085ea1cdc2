import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { createStore } from '@sluice/local/store/store.ts';

export const start = Date.parse('2026-01-02T03:04:05.678Z');

/** An empty store at a fixed time. */
export const fresh = (historyLimit?: number) =>
  createStore({ now: () => start, ...(historyLimit === undefined ? {} : { historyLimit }) });

export const configMap = (name: string, more: object = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  ...more,
});

const template = {
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'main', image: 'i:1' }] },
};
export const deployment = (spec: object = {}): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'd', namespace: 'default' },
  spec: { selector: { matchLabels: { app: 'a' } }, template, ...spec },
});
export const pod = (more: object = {}): AnyKubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default' },
  spec: { containers: [{ name: 'main', image: 'i:1' }], ...more },
});
export const ref = (name: string) => ({ name, namespace: 'default' });
