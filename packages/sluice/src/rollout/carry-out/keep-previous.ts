import type { AnyKubeObject, ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf, controllerRevisions } from '@sluice/kube/objects/resources.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { KubeError, isNotFound } from '@sluice/kube/objects/kube-error.ts';
import { diffPatch } from '@sluice/lib/json/merge.ts';
import type { ConfigReference } from '../../ports/workload.ts';
import { contentOf, isCopy, previousConfigName } from '../../rules/configs/config-copy.ts';
import { previousAnnotation } from '../../rules/objects/object-keys.ts';
import { ownerReferenceTo } from '../../rules/objects/ownership.ts';
import { previousName } from '../../rules/run/previous.ts';
import { configResource } from '../look/configs.ts';
import type { Seen } from '../seen.ts';
import { findAtServer } from './find-at-server.ts';
import type { Copying } from './copy-configs.ts';

/**
 * Keeps the current version of the primary before the copy: its template in a ControllerRevision, its configuration in
 * copies. Both are owned by the Canary and named by the run. What this run has kept already stays, because an interrupted
 * copy may have overwritten the original.
 */
export async function keepPrevious(copying: Copying): Promise<string | undefined> {
  const { primary, canary } = copying.seen;
  const { run } = canary.status ?? {};
  if (primary === undefined || run === undefined) return undefined;
  const name = previousName(copying.seen.names.primary, run.id);
  const copies = copiesOf(copying.seen, primary);
  // guard: what-the-primary-ran-is-kept-before-the-copy
  for (const copy of copies) await keepCopy(copying, copy, name);
  await keepTemplate(copying, primary, name, copies);
  return name;
}

/** The copies that the primary's pods read, by its own word. */
const copiesOf = ({ workload }: Seen, primary: AnyKubeObject): readonly ConfigReference[] =>
  workload.configReferences(primary).filter(({ name }) => name.endsWith('-primary'));

async function keepTemplate(
  copying: Copying,
  primary: AnyKubeObject,
  name: string,
  copies: readonly ConfigReference[],
): Promise<void> {
  const { deps, seen, signal } = copying;
  const object = {
    apiVersion: apiVersionOf(controllerRevisions),
    kind: controllerRevisions.kind,
    metadata: { name, namespace: seen.namespace, ownerReferences: [ownerReferenceTo(seen.canary)] },
    data: {
      primary: seen.workload.snapshot(primary),
      copies: copies.map(({ kind, name: copy }) => ({ kind, name: copy })),
    },
    revision: seen.now,
  };
  try {
    await deps.client.create(controllerRevisions, object, signal);
  } catch (error) {
    const exists = error instanceof KubeError && error.code === 409;
    if (!exists || (await findAtServer(copying, controllerRevisions, object.metadata)) === undefined)
      throw error;
  }
  const older = primary.metadata.annotations?.[previousAnnotation];
  if (older === undefined || older === name) return;
  try {
    await deps.client.delete(controllerRevisions, { namespace: seen.namespace, name: older }, {}, signal);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function keepCopy(copying: Copying, { kind, name }: ConfigReference, run: string): Promise<void> {
  const { deps, seen, signal } = copying;
  const resource = configResource(kind);
  const current = await findAtServer(copying, resource, { namespace: seen.namespace, name });
  if (current === undefined || !isCopy(seen.canary, current)) return;
  const ref = { namespace: seen.namespace, name: previousConfigName(name) };
  const kept = await findAtServer(copying, resource, ref);
  if (kept?.metadata.annotations?.[previousAnnotation] === run) return;
  const object = {
    apiVersion: 'v1',
    kind,
    metadata: {
      ...ref,
      annotations: { [previousAnnotation]: run },
      ownerReferences: [ownerReferenceTo(seen.canary)],
    },
    ...contentOf(current),
  };
  // Made anew: the type of a Secret cannot be changed, and nobody reads it.
  if (kept !== undefined) await deps.client.delete(resource, ref, uidOf(kept), signal);
  await deps.client.create(resource, object, signal);
}

const uidOf = ({ metadata: { uid } }: AnyKubeObject): { readonly uid?: string } =>
  uid === undefined ? {} : { uid };

/** What was kept of the primary, and the copies to put back before it; undefined when it is gone. */
export async function readPrevious(
  copying: Copying,
  name: string,
): Promise<
  { readonly snapshot: Readonly<Record<string, unknown>>; readonly copies: readonly Kept[] } | undefined
> {
  const { seen } = copying;
  const found = await findAtServer(copying, controllerRevisions, { namespace: seen.namespace, name });
  if (found === undefined) return undefined;
  const data = asRecord(found['data']);
  const copies = Array.isArray(data['copies']) ? data['copies'].map(asRecord) : [];
  return {
    snapshot: asRecord(data['primary']),
    copies: copies.map((copy) => ({
      resource: configResource(copy['kind'] === 'Secret' ? 'Secret' : 'ConfigMap'),
      name: asText(copy['name']) ?? '',
    })),
  };
}

interface Kept {
  readonly resource: ResourceType;
  /** Of the copy that the primary reads. */
  readonly name: string;
}

/** Gives the copies the content that was kept for this run; those of which nothing was kept stay as they are. */
export async function putCopiesBack(copying: Copying, run: string, copies: readonly Kept[]): Promise<void> {
  const { seen } = copying;
  for (const { resource, name } of copies) {
    const kept = await findAtServer(copying, resource, {
      namespace: seen.namespace,
      name: previousConfigName(name),
    });
    if (kept?.metadata.annotations?.[previousAnnotation] !== run) continue;
    await putBack(copying, resource, { namespace: seen.namespace, name }, kept);
  }
}

async function putBack(
  copying: Copying,
  resource: ResourceType,
  ref: ObjectRef,
  kept: AnyKubeObject,
): Promise<void> {
  const { deps, signal, seen } = copying;
  const current = await findAtServer(copying, resource, ref);
  const content = contentOf(kept);
  const isFrozen = current?.['immutable'] === true || current?.['type'] !== kept['type'];
  if (current === undefined || isFrozen) {
    const { labels, annotations } = current?.metadata ?? {};
    const metadata = {
      ...ref,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: current?.metadata.ownerReferences ?? [ownerReferenceTo(seen.canary)],
    };
    if (current !== undefined) await deps.client.delete(resource, ref, uidOf(current), signal);
    await deps.client.create(
      resource,
      { apiVersion: 'v1', kind: resource.kind, metadata, ...content },
      signal,
    );
    return;
  }
  const patch = diffPatch(contentOf(current), content);
  if (patch === undefined) return;
  const metadata = { resourceVersion: current.metadata.resourceVersion };
  await deps.client.mergePatch(resource, ref, { ...patch, metadata }, {}, signal);
}
