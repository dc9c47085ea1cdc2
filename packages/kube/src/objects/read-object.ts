import type { AnyKubeObject, ResourceType } from './kube-object.ts';
import { apiVersionOf } from './resources.ts';
import { asObject } from '../client/read-body.ts';
import { errorOfFailure } from '../client/status-error.ts';

/**
 * Reads an object that the server sent, and checks its name. Items of a list come without kind and apiVersion, and
 * metadata-only ones with those of PartialObjectMetadata: all get their own. `metadataOnly` drops all other fields,
 * also when the server ignored the request and sent the whole object. A review is not stored: its answer has no name.
 */
export function toKubeObject(
  resource: ResourceType,
  value: unknown,
  attempt: string,
  metadataOnly = false,
): AnyKubeObject {
  const fields = asObject(value);
  const metadata = asObject(fields?.['metadata']);
  const name = metadata?.['name'] ?? (isReview(resource) ? '' : undefined);
  if (fields === undefined || metadata === undefined || typeof name !== 'string') {
    throw errorOfFailure(attempt, 'the answer is not a Kubernetes object', 'InvalidAnswer');
  }
  const identity = identityOf(resource, fields);
  const named = { ...metadata, name };
  return metadataOnly ? { ...identity, metadata: named } : { ...fields, ...identity, metadata: named };
}

/** SelfSubjectReview, SubjectAccessReview, TokenReview and the like. */
const isReview = ({ kind }: ResourceType): boolean => kind.endsWith('Review');

/** A Scale keeps its own kind. */
function identityOf(
  resource: ResourceType,
  { apiVersion, kind }: Readonly<Record<string, unknown>>,
): { apiVersion: string; kind: string } {
  const known = typeof apiVersion === 'string' && typeof kind === 'string';
  if (known && !kind.startsWith('PartialObjectMetadata')) return { apiVersion, kind };
  return { apiVersion: apiVersionOf(resource), kind: resource.kind };
}
