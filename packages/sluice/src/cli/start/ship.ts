import { deployments } from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

export interface Version {
  /** Name in messages. */
  readonly name: string;
  readonly image: string;
  /** Whether every third answer is an error. */
  readonly broken: boolean;
}

export const goodVersion: Version = {
  name: 'version 2',
  image: 'ghcr.io/stefanprodan/podinfo:6.0.1',
  broken: false,
};
export const badVersion: Version = {
  name: 'version 3',
  image: 'ghcr.io/stefanprodan/podinfo:6.0.2',
  broken: true,
};

/** Its promotion waits for a person. */
export const approvedVersion: Version = {
  name: 'version 4',
  image: 'ghcr.io/stefanprodan/podinfo:6.0.3',
  broken: false,
};

/** Changes the Deployment as a team does to ship a version: image and arguments, nothing of Sluice. */
export async function ship(client: KubeClient, version: Version, signal: AbortSignal): Promise<void> {
  const ref = { namespace: 'test', name: 'podinfo' };
  const target = await client.get(deployments, ref, signal);
  const { template } = target['spec'] as { template: { spec: { containers: { command: string[] }[] } } };
  const containers = template.spec.containers.map((container) => ({
    ...container,
    image: version.image,
    command: container.command.map((word) =>
      word.startsWith('--random-error') ? `--random-error=${version.broken}` : word,
    ),
  }));
  await client.mergePatch(deployments, ref, { spec: { template: { spec: { containers } } } }, {}, signal);
}
