import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { createApiServer } from '@sluice/local/api/server.ts';
import { isObject, type JsonObject } from '@sluice/local/store/json.ts';
import { createStore } from '@sluice/local/store/store.ts';

const start = Date.parse('2026-01-02T03:04:05Z');
export const configMaps = '/api/v1/namespaces/default/configmaps';
export const deployments = '/apis/apps/v1/namespaces/default/deployments';
export const canaries = '/apis/flagger.app/v1beta1/namespaces/default/canaries';
export const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** The local API server over an empty store, asked without a network. */
export function createApiBench() {
  const store = createStore({ now: () => start, clusterIpPrefix: '10.96' });
  const { app } = createApiServer({ store, now: () => start + 90_000 });
  const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init: RequestInit = { method, headers: { 'content-type': 'application/json', ...headers } };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await app.fetch(new Request(`http://local${path}`, init));
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : { text };
    return { code: response.status, headers: response.headers, body: isObject(parsed) ? parsed : {} };
  };
  const patch = (type: string, path: string, body: unknown) =>
    call('PATCH', path, body, { 'content-type': `application/${type}` });
  return { store, app, call, patch };
}

export const configMap = (name: string, more: object = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});
export const canary = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name: 'podinfo' },
  spec: {
    targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    service: { port: 80 },
    analysis: { interval: '1m', threshold: 5, stepWeight: 10 },
  },
};

/** With the kinds of the project defined, too. */
export async function createApiBenchWithCanaries() {
  const api = createApiBench();
  for (const document of parseAllDocuments(readFileSync('deploy/crds/canaries.yaml', 'utf8'))) {
    const { code } = await api.call('POST', definitions, document.toJS());
    if (code !== 201) throw new Error(`a definition was answered with ${code}`);
  }
  return api;
}
