import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import {
  apiVersionOf,
  configMaps,
  deployments,
  gateways,
  namespaces,
  services,
} from '@sluice/kube/objects/resources.ts';
import { canaries } from '../../api/resources.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';

export const exampleFolder = fileURLToPath(new URL('../../../../../examples/podinfo/', import.meta.url));

const kinds: readonly ResourceType[] = [namespaces, configMaps, services, deployments, gateways, canaries];

/** The objects of one file of the example, in order. */
export function readManifests(file: string, text = readManifestText(file)): readonly AnyKubeObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as AnyKubeObject);
}

export const readManifestText = (file: string): string => readFileSync(`${exampleFolder}${file}`, 'utf8');

export async function applyManifests(
  client: KubeClient,
  objects: readonly AnyKubeObject[],
  signal: AbortSignal,
): Promise<void> {
  for (const object of objects) {
    const resource = kinds.find(
      (kind) => kind.kind === object.kind && apiVersionOf(kind) === object.apiVersion,
    );
    if (resource === undefined)
      throw new SluiceError(
        `the example holds a ${object.kind} of ${object.apiVersion}, which start does not apply`,
      );
    await client.apply(resource, object, { force: true }, signal);
  }
}
