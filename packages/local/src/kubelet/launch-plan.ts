import { mkdirSync } from 'node:fs';
import { inside } from '@sluice/lib/fs/inside.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { ImageCatalog } from '../contracts.ts';
import type { ConfigSource } from './config-source.ts';
import { containerEnv } from './container-env.ts';
import { expandVariables } from './expand-variables.ts';
import type { Container, Pod } from './pod.ts';
import { mountRewriter } from './rewrite-mounts.ts';

/** Command, environment and folder of a container's process. */
export interface LaunchPlan {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** The image is not known here and the container names no command, so there is nothing to run. */
export class ImageError extends SluiceError {
  override readonly name = 'ImageError';
}

interface PlanOptions {
  readonly pod: Pod;
  readonly container: Container;
  readonly podIp: string;
  readonly config: ConfigSource;
  readonly images: ImageCatalog;
  /** Variables of the cluster: PATH, HOME, KUBECONFIG, proxies ... */
  readonly base: Readonly<Record<string, string>>;
  readonly volumes: ReadonlyMap<string, string>;
  readonly folder: string;
}

/** Plans a container's process. Throws `ConfigError` for a missing reference, `ImageError` when nothing can run. */
export function planLaunch(options: PlanOptions): LaunchPlan {
  const { pod, container, images } = options;
  const rewrite = mountRewriter(container, options.volumes);
  const own = containerEnv({ ...options, base: identity(options) });
  const expand = (text: string): string => rewrite(expandVariables(text, own));
  const command = (container.command ?? []).map(expand);
  const args = (container.args ?? []).map(expand);
  const known = images.resolve(container.image ?? '', { command, args });
  if (known === undefined && command.length === 0) {
    throw new ImageError(
      `the local cluster has no stand-in for image "${container.image ?? ''}" (pod ${pod.metadata.namespace}/${pod.metadata.name}); ` +
        'it runs processes, not images: use an image that it knows, or give the container a `command` that exists on this machine and listens on $POD_IP',
    );
  }
  const values = Object.entries(own).map(([name, value]) => [name, rewrite(value)] as const);
  const env = { ...known?.env, ...Object.fromEntries(values), ...volumeVariables(options.volumes) };
  return { argv: known?.argv ?? [...command, ...args], env, cwd: workingFolder(options) };
}

function identity({ pod, container, podIp, base }: PlanOptions): Record<string, string> {
  return {
    ...base,
    HOSTNAME: pod.metadata.name,
    POD_IP: podIp,
    POD_NAME: pod.metadata.name,
    POD_NAMESPACE: pod.metadata.namespace ?? 'default',
    SLUICE_CONTAINER: container.name,
  };
}

/** `SLUICE_VOLUME_<NAME>`: the real folder of a volume, because mounting needs privileges. */
function volumeVariables(volumes: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...volumes].map(
    ([name, path]) => [`SLUICE_VOLUME_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`, path] as const,
  );
  return Object.fromEntries(entries);
}

/** Creates the container's folder. `workingDir` is not used: it is a path of the image, which does not exist here. */
function workingFolder({ container, folder }: PlanOptions): string {
  const path = inside(folder, container.name);
  mkdirSync(path, { recursive: true });
  return path;
}
