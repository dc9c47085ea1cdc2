import type { ObjectRef, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import type { KindRegistry } from '../store/kind-registry.ts';
import type { ServedKind } from '../store/served-kind.ts';
import { badRequest, unknownPath } from '../store/status-error.ts';

/** Parts of a resource URL. */
export interface Target {
  readonly kind: ServedKind;
  /** At the version the URL asks for. */
  readonly resource: ResourceType;
  readonly namespace: string | undefined;
  /** Absent: the collection. */
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/**
 * Reads `/api/v1/...` and `/apis/<group>/<version>/...`. Throws 404 where nothing is served. `namespaces/x/status`
 * is a subresource of the namespace, not a resource in it: the one ambiguity of these URLs.
 */
export function parseTarget(kinds: KindRegistry, path: string): Target {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  const [root, ...rest] = parts;
  const group = root === 'apis' ? rest.shift() : '';
  const version = rest.shift();
  if (group === undefined || version === undefined) throw unknownPath();
  const namespace = isNamespaceScope(group, rest) ? rest[1] : undefined;
  const [plural, name, subresource, ...more] = namespace === undefined ? rest : rest.slice(2);
  const kind = plural === undefined ? undefined : kinds.find(group, plural);
  if (kind === undefined || !kind.versions.includes(version) || more.length > 0) throw unknownPath();
  const resource = version === kind.resource.version ? kind.resource : { ...kind.resource, version };
  if (resource.namespaced ? namespace === undefined && name !== undefined : namespace !== undefined) {
    throw unknownPath();
  }
  return { kind, resource, namespace, name, subresource };
}

/** The object of a URL with a name. */
export function refOfTarget(target: Target): ObjectRef {
  const { namespace, name } = target;
  if (name === undefined) throw badRequest('the URL names a collection, not an object');
  return namespace === undefined ? { name } : { namespace, name };
}

function isNamespaceScope(group: string, rest: readonly string[]): boolean {
  if (rest[0] !== 'namespaces' || rest.length < 3) return false;
  return !(group === '' && rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize'));
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`the URL path is not properly encoded at ${JSON.stringify(part.slice(0, 60))}`);
  }
}
