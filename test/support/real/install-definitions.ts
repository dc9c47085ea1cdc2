import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { customResourceDefinitions } from '@sluice/kube/objects/resources.ts';
import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { within } from '../../contracts/kube-client/contract-space.ts';
import type { KubeApiServerBinaries } from './kube-apiserver.ts';
import { until } from './until.ts';

/** What deploy/crds holds. */
export const definitions: readonly AnyKubeObject[] = readDefinitions('deploy/crds');

/** Gateway API's, which scripts/control-plane lays beside the programs. */
export function gatewayApiDefinitions({ apiServer }: KubeApiServerBinaries): readonly AnyKubeObject[] {
  const folder = join(dirname(apiServer), 'gateway-api');
  if (!existsSync(folder))
    throw new Error(
      `${folder} does not exist: run scripts/control-plane again, which puts Gateway API's CRDs there`,
    );
  return readDefinitions(folder);
}

export function readDefinitions(folder: string): readonly AnyKubeObject[] {
  return readdirSync(folder).flatMap((file) => readManifests(join(folder, file)));
}

/** The objects of one file, in its order. */
export function readManifests(file: string): readonly AnyKubeObject[] {
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS() as AnyKubeObject | null)
    .filter((object) => object !== null);
}

export async function conditionsOf(
  client: KubeClient,
  name: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found = await client.get(customResourceDefinitions, { name }, within());
  return asList(asRecord(found['status'])['conditions']).map(asRecord);
}

/** Installs ours and `more`; resolves once the server serves all of them. */
export async function installDefinitions(
  client: KubeClient,
  more: readonly AnyKubeObject[] = [],
): Promise<void> {
  const all = [...definitions, ...more];
  await Promise.all(all.map((definition) => client.create(customResourceDefinitions, definition, within())));
  for (const { metadata } of all)
    await until(
      `${metadata.name} is established`,
      async () =>
        (await conditionsOf(client, metadata.name)).some(
          ({ type, status }) => type === 'Established' && status === 'True',
        ),
      { timeoutMs: 10_000 },
    );
}
