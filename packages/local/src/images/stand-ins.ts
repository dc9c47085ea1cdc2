import { basename } from 'node:path';
import type { ImageCommand } from '../contracts.ts';
import type { ImageName } from './image-name.ts';
import { modulePath } from './module-path.ts';

export interface ContainerCommand {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

/** How a container of a well-known image runs here. */
export interface StandIn {
  matches(image: ImageName): boolean;
  /** Undefined when the container has nothing to run. */
  run(image: ImageName, container: ContainerCommand): ImageCommand | undefined;
}

const node = process.execPath;

/** A program of ours in place of the image's own; other commands of the container run on the host. */
function program(
  repositories: readonly string[],
  entrypoint: string,
  argvOf: (image: ImageName) => ImageCommand,
): StandIn {
  return {
    matches: (image) => repositories.includes(image.repository.replace(/^docker\.io\//, '')),
    run(image, { command, args }) {
      const [first, ...rest] = command;
      // Without a command the arguments are meant for the image's entry point.
      if (first !== undefined && basename(first) !== entrypoint) return onHost([...command, ...args]);
      const flags = [...rest, ...args];
      const { argv, env } = argvOf(image);
      return { argv: [...argv, ...flags], env };
    },
  };
}

/** Images that bring well-known tools: the container's command runs on the host, our programs first on PATH. */
function tools(repositories: readonly string[], entrypoint: string | undefined): StandIn {
  return {
    matches: (image) => repositories.includes(image.repository.replace(/^docker\.io\/(library\/)?/, '')),
    run(_image, { command, args }) {
      if (command.length > 0 || entrypoint === undefined) return onHost([...command, ...args]);
      return onHost([entrypoint, ...args]);
    },
  };
}

function onHost(argv: readonly string[]): ImageCommand | undefined {
  const [first, ...rest] = argv;
  return first === undefined ? undefined : { argv: [first, ...rest], env: {} };
}

/** A program for containers, from `programs` of the cluster's options. */
const sluice = 'sluice';
/** The pod's address is known only to the process itself. */
const bindToPod = 'SLUICE_BIND_ADDRESS="$POD_IP" exec "$@"';

export const standIns: readonly StandIn[] = [
  program(['ghcr.io/stefanprodan/podinfo', 'stefanprodan/podinfo', 'podinfo'], 'podinfo', (image) => ({
    argv: [node, modulePath('./podinfo/main')],
    env: { PODINFO_VERSION: image.tag },
  })),
  program(
    ['ghcr.io/fluxcd/flagger-loadtester', 'weaveworks/flagger-loadtester', 'flagger-loadtester'],
    'loadtester',
    () => ({
      argv: ['/bin/sh', '-c', bindToPod, sluice, sluice, 'tester'],
      // In the container's own folder, so that gates are deleted with the pod.
      env: { SLUICE_STATE_FILE: './gates.db' },
    }),
  ),
  program(['ghcr.io/sluice/sluice', 'sluice'], 'sluice', () => ({
    argv: ['/bin/sh', '-c', bindToPod, sluice, sluice],
    env: {},
  })),
  tools(['curlimages/curl', 'quay.io/curl/curl'], 'curl'),
  tools(['stefanprodan/grpc_health_probe'], 'grpc_health_probe'),
  tools(['busybox', 'alpine', 'debian', 'ubuntu', 'giantswarm/tiny-tools'], undefined),
];
