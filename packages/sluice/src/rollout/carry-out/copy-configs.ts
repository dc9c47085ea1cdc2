import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { ConfigReference } from '../../ports/workload.ts';
import { configChecksum, isTracked } from '../../rules/configs/config-checksum.ts';
import { planConfigCopy, primaryConfigName } from '../../rules/configs/config-copy.ts';
import { configKey } from '../../rules/configs/config-references.ts';
import type { RolloutDeps } from '../deps.ts';
import { configResource } from '../look/configs.ts';
import type { Seen } from '../seen.ts';
import { waitFor } from '../wait.ts';
import type { Waits } from '../wait.ts';
import { findAtServer } from './find-at-server.ts';
import type { Writing } from './write-object.ts';

const lookAgainMs = 1_000;

export interface Copying extends Writing {
  readonly deps: Writing['deps'] & Pick<RolloutDeps, 'log'>;
  readonly seen: Seen;
}

/**
 * Updates the primary's copies of ConfigMaps and Secrets before the primary, so that its new pods find them. Nothing is
 * copied unless all of it is what `look` saw. Content is never kept in memory.
 */
export async function copyConfigs(copying: Copying): Promise<Waits | undefined> {
  const { configs, namespace } = copying.seen;
  if (configs.state !== 'known') return undefined;
  const sources: { readonly resource: ResourceType; readonly source: AnyKubeObject }[] = [];
  for (const reference of configs.tracked) {
    const resource = configResource(reference.kind);
    const source = await findAtServer(copying, resource, { namespace, name: reference.name });
    if (source === undefined || !isAsSeen(reference, source, configs.checksums))
      return changedMeanwhile(copying.seen, reference);
    sources.push({ resource, source });
  }
  // guard: copies-before-the-first-primary
  for (const { resource, source } of sources) await copy(copying, resource, source);
  return undefined;
}

const isAsSeen = (
  { kind, name }: ConfigReference,
  source: AnyKubeObject,
  checksums: Readonly<Record<string, string>>,
): boolean =>
  isTracked(source) &&
  // guard: configuration-is-copied-as-it-was-seen
  configChecksum(source) === checksums[configKey(kind, name)];

/** The cache hears of it in a moment, and then it is another revision. */
const changedMeanwhile = ({ now }: Seen, { kind, name }: ConfigReference): Waits =>
  waitFor('workload', 'ConfigChanged', `${kind} ${name} has just changed; it is not copied unseen`, {
    name,
    until: now + lookAgainMs,
  });

async function copy(copying: Copying, resource: ResourceType, source: AnyKubeObject): Promise<void> {
  const { deps, seen, signal } = copying;
  const ref = { namespace: seen.namespace, name: primaryConfigName(source.metadata.name) };
  const existing = await findAtServer(copying, resource, ref);
  const { includeLabelPrefixes } = deps.options;
  const plan = planConfigCopy(source, { canary: seen.canary, includeLabelPrefixes, existing });
  if (plan.action === 'keep') return;
  if (plan.action === 'conflict') throw new SluiceError(plan.message);
  if (plan.action === 'patch') {
    const metadata = {
      ...asRecord(plan.patch['metadata']),
      // guard: copies-are-fenced
      resourceVersion: existing?.metadata.resourceVersion,
    };
    await deps.client.mergePatch(resource, ref, { ...plan.patch, metadata }, {}, signal);
    return;
  }
  // A crash between the two is healed by the next pass, which finds no copy and creates it.
  if (plan.action === 'replace') await deps.client.delete(resource, ref, uidOf(existing), signal);
  await deps.client.create(resource, plan.object, signal);
}

const uidOf = (object: AnyKubeObject | undefined): { readonly uid?: string } =>
  object?.metadata.uid === undefined ? {} : { uid: object.metadata.uid };
