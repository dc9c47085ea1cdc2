import type { AnyKubeObject, ObjectRef, ResourceType } from '../../api/kube-object.ts';
import { isNotFound } from '../../lib/kube-error.ts';
import { SluiceError } from '../../lib/sluice-error.ts';
import type { ConfigReference } from '../../ports/workload.ts';
import { configChecksum, isTracked } from '../../rules/config-checksum.ts';
import { planConfigCopy, primaryConfigName } from '../../rules/config-copy.ts';
import { configKey } from '../../rules/config-references.ts';
import { stop } from '../context.ts';
import type { PassContext, Stop } from '../context.ts';
import { configResource } from './gather-configs.ts';

const lookAgainMs = 1_000;

/**
 * Brings the primary's copies to the configuration of this pass, before the primary itself is written: its new pods
 * must find them. Nothing is copied unless all of it is what was looked at. Content passes through and stays nowhere.
 */
export async function copyConfigs(context: PassContext): Promise<Stop | undefined> {
  const { configs, namespace } = context.world;
  if (configs.state !== 'known') return undefined;
  const sources: { readonly resource: ResourceType; readonly source: AnyKubeObject }[] = [];
  for (const reference of configs.tracked) {
    const resource = configResource(reference.kind);
    const source = await find(context, resource, { namespace, name: reference.name });
    if (source === undefined || !isAsSeen(reference, source, configs.checksums))
      return changedMeanwhile(context, reference);
    sources.push({ resource, source });
  }
  // guard: copies-before-the-first-primary
  for (const { resource, source } of sources) await copy(context, resource, source);
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
function changedMeanwhile(context: PassContext, { kind, name }: ConfigReference): Stop {
  context.wakeAt(context.world.now + lookAgainMs);
  return stop('workload', `${kind} ${name} has just changed; it is not copied unseen`, { name });
}

async function copy(context: PassContext, resource: ResourceType, source: AnyKubeObject): Promise<void> {
  const { deps, world, signal } = context;
  const ref = { namespace: world.namespace, name: primaryConfigName(source.metadata.name) };
  const existing = await find(context, resource, ref);
  const { includeLabelPrefixes } = deps.options;
  const plan = planConfigCopy(source, { canary: world.canary, includeLabelPrefixes, existing });
  if (plan.action === 'keep') return;
  if (plan.action === 'conflict') throw new SluiceError(plan.message);
  if (plan.action === 'patch') {
    const metadata = {
      ...asMap(plan.patch['metadata']),
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

async function find(
  { deps, signal }: PassContext,
  resource: ResourceType,
  ref: ObjectRef,
): Promise<AnyKubeObject | undefined> {
  try {
    return await deps.client.get(resource, ref, signal);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const uidOf = (object: AnyKubeObject | undefined): { readonly uid?: string } =>
  object?.metadata.uid === undefined ? {} : { uid: object.metadata.uid };

const asMap = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {});
