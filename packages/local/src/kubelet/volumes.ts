import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { inside } from '@sluice/lib/fs/inside.ts';
import { ConfigError } from './config-error.ts';
import { requireEntries } from './config-source.ts';
import type { ConfigKind, ConfigSource } from './config-source.ts';
import { fieldValue } from './field-reference.ts';
import type { KeyToPath, Pod, Volume, VolumeSource } from './pod.ts';

interface VolumeOptions {
  readonly pod: Pod;
  readonly podIp: string;
  readonly config: ConfigSource;
  /** A folder of this pod alone; each volume becomes a folder in it. */
  readonly folder: string;
}

/**
 * Writes the pod's volumes as folders and returns their paths by name. Files stay as they were at the pod's start: a
 * changed ConfigMap reaches running pods only through a restart. Throws `ConfigError` for a missing reference,
 * `PathError` for a name that leads out of its folder.
 */
export function materialiseVolumes(options: VolumeOptions): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const volume of options.pod.spec.volumes ?? []) {
    paths.set(volume.name, volume.hostPath?.path ?? writeVolume(volume, options));
  }
  return paths;
}

function writeVolume(volume: Volume, options: VolumeOptions): string {
  const folder = inside(options.folder, volume.name);
  const files = filesOf(volume, options);
  if (files !== undefined) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of files ?? []) {
    const file = inside(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: 0o600 });
  }
  return folder;
}

/** Undefined: a volume that starts empty and keeps what containers write. */
function filesOf(volume: Volume, options: VolumeOptions): ReadonlyMap<string, Buffer> | undefined {
  if (volume.projected !== undefined) {
    return new Map((volume.projected.sources ?? []).flatMap((it) => [...filesOfSource(it, options)]));
  }
  const { configMap, secret, downwardAPI } = volume;
  return (configMap ?? secret ?? downwardAPI) ? filesOfSource(volume, options) : undefined;
}

function filesOfSource(source: VolumeSource, options: VolumeOptions): ReadonlyMap<string, Buffer> {
  const { configMap, secret, downwardAPI } = source;
  if (configMap !== undefined) return keys('configmap', configMap.name, configMap, options.config);
  if (secret !== undefined) return keys('secret', secret.secretName ?? secret.name, secret, options.config);
  return new Map(
    (downwardAPI?.items ?? []).map(({ path, fieldRef }) => [
      path,
      Buffer.from(fieldValue(options.pod, options.podIp, fieldRef?.fieldPath ?? '') ?? ''),
    ]),
  );
}

function keys(
  kind: ConfigKind,
  name: string | undefined,
  { items, optional }: { readonly items?: readonly KeyToPath[]; readonly optional?: boolean },
  config: ConfigSource,
): ReadonlyMap<string, Buffer> {
  const entries = requireEntries(config, kind, name ?? '', optional);
  if (items === undefined) return entries;
  return new Map(
    items.flatMap(({ key, path }) => {
      const value = entries.get(key);
      if (value !== undefined) return [[path, value] satisfies [string, Buffer]];
      if (optional === true) return [];
      throw new ConfigError(`${kind} "${name ?? ''}" references non-existent key: ${key}`);
    }),
  );
}
