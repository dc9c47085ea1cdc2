import { configMaps, secrets } from '@sluice/kube/objects/resources.ts';
import type { LocalStore } from '../contracts.ts';
import { ConfigError } from './config-error.ts';

export type ConfigKind = 'configmap' | 'secret';

/** Reads ConfigMaps and Secrets of one namespace as bytes by key; undefined: absent. */
export interface ConfigSource {
  entries(kind: ConfigKind, name: string): ReadonlyMap<string, Buffer> | undefined;
}

export function createConfigSource(store: LocalStore, namespace: string): ConfigSource {
  return {
    entries(kind, name) {
      const object = store.get(kind === 'configmap' ? configMaps : secrets, { namespace, name });
      if (object === undefined) return undefined;
      const encoding = kind === 'secret' ? 'base64' : 'utf8';
      return new Map([
        ...decode(object['data'], encoding),
        ...decode(object['binaryData'], 'base64'),
        ...decode(object['stringData'], 'utf8'),
      ]);
    },
  };
}

/** Like `entries`, but throws `ConfigError` with the name of a missing object that is not optional. */
export function requireEntries(
  source: ConfigSource,
  kind: ConfigKind,
  name: string,
  optional: boolean | undefined,
): ReadonlyMap<string, Buffer> {
  const entries = source.entries(kind, name);
  if (entries === undefined && optional !== true) throw new ConfigError(`${kind} "${name}" not found`);
  return entries ?? new Map();
}

function decode(data: unknown, encoding: 'utf8' | 'base64'): [string, Buffer][] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, Buffer.from(value, encoding)] satisfies [string, Buffer]] : [],
  );
}
