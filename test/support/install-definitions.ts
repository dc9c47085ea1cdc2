import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject } from '../../src/api/kube-object.ts';
import { customResourceDefinitions } from '../../src/api/resources.ts';
import { asList, asRecord } from '../../src/lib/json-read.ts';
import type { KubeClient } from '../../src/ports/kube.ts';
import { within } from '../contracts/kube-client/contract-space.ts';

const folder = 'deploy/crds';

/** What deploy/crds holds. */
export const definitions: readonly AnyKubeObject[] = readdirSync(folder).flatMap((file) =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map(
    (document) => document.toJS() as AnyKubeObject,
  ),
);

export async function conditionsOf(
  client: KubeClient,
  name: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found = await client.get(customResourceDefinitions, { name }, within());
  return asList(asRecord(found['status'])['conditions']).map(asRecord);
}

/** Resolves once the server serves all of them. */
export async function installDefinitions(client: KubeClient): Promise<void> {
  for (const definition of definitions) await client.create(customResourceDefinitions, definition, within());
  for (const { metadata } of definitions)
    await vi.waitUntil(
      async () =>
        (await conditionsOf(client, metadata.name)).some(
          ({ type, status }) => type === 'Established' && status === 'True',
        ),
      { timeout: 10_000, interval: 50 },
    );
}
