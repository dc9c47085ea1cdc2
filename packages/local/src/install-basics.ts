import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { customResourceDefinitions, namespaces } from '@sluice/kube/objects/resources.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { LocalStore } from './contracts.ts';

/** Creates the namespaces and CustomResourceDefinitions of a new cluster. */
export function installBasics(store: LocalStore, crdFolder: string | undefined): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    if (store.get(namespaces, { name }) !== undefined) continue;
    store.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  if (crdFolder === undefined || !existsSync(crdFolder)) return;
  const files = readdirSync(crdFolder).filter((file) => /\.ya?ml$/.test(file));
  for (const file of files) installDefinitions(store, join(crdFolder, file));
}

function installDefinitions(store: LocalStore, file: string): void {
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'))) {
    const definition: unknown = document.toJS();
    if (!isDefinition(definition)) {
      if (definition === null) continue;
      throw new SluiceError(`${file} holds something that is no CustomResourceDefinition`);
    }
    store.create(customResourceDefinitions, definition);
  }
}

function isDefinition(value: unknown): value is AnyKubeObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'CustomResourceDefinition'
  );
}
