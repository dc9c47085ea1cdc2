import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import {
  customResourceDefinitions,
  deployments,
  events,
  namespaces,
} from '@sluice/kube/objects/resources.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';

const never = new AbortController().signal;

let definitions: readonly AnyKubeObject[] | undefined;

/** Read once: parsing them takes longer than most tests. */
const readDefinitions = (): readonly AnyKubeObject[] =>
  (definitions ??= parseAllDocuments(readFileSync('deploy/crds/canaries.yaml', 'utf8')).map(
    (document) => document.toJS() as AnyKubeObject,
  ));

export async function installCanaryKind(client: KubeClient): Promise<void> {
  for (const definition of readDefinitions())
    await client.create(customResourceDefinitions, definition, never);
  for (const name of ['prod', 'stage'])
    await client.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, never);
}

/** Creates a Canary with its status. */
export async function putCanary(client: KubeClient, object: AnyKubeObject): Promise<void> {
  const { status, ...rest } = object;
  await client.create(canaries, rest, never);
  if (status !== undefined) await patchStatus(client, object, status as Readonly<Record<string, unknown>>);
}

export async function patchStatus(
  client: KubeClient,
  { metadata }: Pick<AnyKubeObject, 'metadata'>,
  status: Readonly<Record<string, unknown>>,
): Promise<AnyKubeObject> {
  return await client.mergePatch(canaries, metadata, { status }, { subresource: 'status' }, never);
}

/** The Deployments that a Canary moves traffic between, and an Event about it. */
export async function putSurroundings(
  client: KubeClient,
  { metadata }: AnyKubeObject,
  at: string,
): Promise<void> {
  const { namespace = '', name } = metadata;
  await client.create(deployments, deployment(namespace, name, '2.4.1', 'true'), never);
  await client.create(deployments, deployment(namespace, `${name}-primary`, '2.3.0', 'false'), never);
  await client.create(
    events,
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { namespace, name: `${name}.1` },
      involvedObject: { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name },
      reason: 'GateClosed',
      message: `Halt advancement of ${name}.${namespace}: waiting for confirm-promotion`,
      type: 'Warning',
      firstTimestamp: at,
      lastTimestamp: at,
      count: 1,
    },
    never,
  );
}

const deployment = (namespace: string, name: string, tag: string, feature: string): AnyKubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace, name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          {
            name: 'app',
            image: `ghcr.io/acme/checkout:${tag}`,
            env: [
              { name: 'FEATURE_EXPRESS', value: feature },
              { name: 'API_TOKEN', value: `hunter2-${tag}` },
            ],
          },
        ],
      },
    },
  },
});
