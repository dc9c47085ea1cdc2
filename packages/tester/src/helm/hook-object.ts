import { parse } from 'yaml';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { configMaps, pods, secrets, serviceAccounts, services } from '@sluice/kube/objects/resources.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { HelmHook } from './helm-release.ts';

const jobs: ResourceType = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', namespaced: true };
/** Kinds that the tests of charts use. */
const kinds: readonly ResourceType[] = [pods, jobs, configMaps, secrets, serviceAccounts, services];

export interface HookObject {
  readonly resource: ResourceType;
  readonly object: AnyKubeObject;
  readonly namespace: string;
}

/** Reads a hook's manifest. Throws `SluiceError` naming the hook when this stand-in cannot create it. */
export function readHookObject(hook: HelmHook, releaseNamespace: string): HookObject {
  const parsed: unknown = parse(hook.manifest);
  if (!isManifest(parsed))
    throw new SluiceError(`the manifest of hook ${hook.name} (${hook.path}) is no Kubernetes object`);
  const resource = kinds.find((kind) => kind.kind === parsed.kind);
  if (resource === undefined) {
    const known = kinds.map((kind) => kind.kind).join(', ');
    throw new SluiceError(
      `hook ${hook.name} is a ${parsed.kind}; this stand-in for helm creates only ${known}`,
    );
  }
  const namespace = parsed.metadata.namespace ?? releaseNamespace;
  return { resource, namespace, object: { ...parsed, metadata: { ...parsed.metadata, namespace } } };
}

function isManifest(value: unknown): value is AnyKubeObject {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, metadata } = value as Partial<AnyKubeObject>;
  return typeof kind === 'string' && typeof metadata?.name === 'string';
}

/** Whether the object is done; kinds that do not run are done once created. */
export function hookOutcome(
  resource: ResourceType,
  object: AnyKubeObject,
): 'running' | 'succeeded' | 'failed' {
  const status = asObject(object['status']);
  if (resource === pods) {
    if (status['phase'] === 'Succeeded') return 'succeeded';
    return status['phase'] === 'Failed' ? 'failed' : 'running';
  }
  if (resource === jobs) {
    const conditions = Array.isArray(status['conditions']) ? status['conditions'].map(asObject) : [];
    const holds = (type: string): boolean =>
      conditions.some((condition) => condition['type'] === type && condition['status'] === 'True');
    if (holds('Complete')) return 'succeeded';
    return holds('Failed') ? 'failed' : 'running';
  }
  return 'succeeded';
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
