import type { ServedKind } from '../store/served-kind.ts';
import { json } from './answer.ts';
import { unknownPath } from '../store/status-error.ts';

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** `/api` and `/apis`: the aggregated form if the client asks for it, otherwise the legacy lists. */
export function discoveryRoot(kinds: readonly ServedKind[], request: Request, core: boolean): Response {
  const groups = groupsOf(kinds).filter(([group]) => (group === '') === core);
  if ((request.headers.get('accept') ?? '').includes('as=APIGroupDiscoveryList')) {
    const items = groups.map(([group, members]) => aggregatedGroup(group, members));
    const body = { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
    return json(body, 200, aggregatedType);
  }
  if (core) return json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] });
  const list = groups.map(([group, members]) => legacyGroup(group, members));
  return json({ kind: 'APIGroupList', apiVersion: 'v1', groups: list });
}

/** `/api/v1` and `/apis/<group>/<version>`: the legacy resource list. */
export function resourceList(kinds: readonly ServedKind[], group: string, version: string): Response {
  const members = kinds.filter((kind) => kind.resource.group === group && kind.versions.includes(version));
  if (members.length === 0) throw unknownPath();
  const resources = members.flatMap((kind) => [
    {
      name: kind.resource.plural,
      singularName: kind.singular,
      namespaced: kind.resource.namespaced,
      kind: kind.resource.kind,
      verbs: verbsOf(kind),
      shortNames: kind.shortNames,
      categories: kind.categories,
    },
    ...subresourcesOf(kind).map((sub) => ({
      name: `${kind.resource.plural}/${sub.subresource}`,
      singularName: '',
      namespaced: kind.resource.namespaced,
      kind: sub.responseKind.kind,
      verbs: sub.verbs,
    })),
  ]);
  const groupVersion = group === '' ? version : `${group}/${version}`;
  return json({ kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources });
}

/** `/apis/<group>`. */
export function groupDocument(kinds: readonly ServedKind[], group: string): Response {
  const found = groupsOf(kinds).find(([name]) => name === group);
  if (found === undefined || group === '') throw unknownPath();
  return json({ kind: 'APIGroup', apiVersion: 'v1', ...legacyGroup(...found) });
}

type Group = readonly [group: string, members: readonly ServedKind[]];

const groupsOf = (kinds: readonly ServedKind[]): readonly Group[] =>
  Map.groupBy(kinds, (kind) => kind.resource.group)
    .entries()
    .toArray();

const versionsOf = (members: readonly ServedKind[]): string[] => [
  ...new Set(members.flatMap((kind) => kind.versions)),
];

function legacyGroup(group: string, members: readonly ServedKind[]) {
  const versions = versionsOf(members).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

function aggregatedGroup(group: string, members: readonly ServedKind[]) {
  const versions = versionsOf(members).map((version) => ({
    version,
    freshness: 'Current',
    resources: members
      .filter((kind) => kind.versions.includes(version))
      .map((kind) => aggregated(kind, version)),
  }));
  return { metadata: group === '' ? {} : { name: group }, versions };
}

function aggregated(kind: ServedKind, version: string) {
  const subresources = subresourcesOf(kind);
  return {
    resource: kind.resource.plural,
    responseKind: { group: kind.resource.group, version, kind: kind.resource.kind },
    scope: kind.resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: verbsOf(kind),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

const createOnly = new Set(['authorization.k8s.io', 'authentication.k8s.io']);
const verbsOf = (kind: ServedKind): string[] => (createOnly.has(kind.resource.group) ? ['create'] : verbs);

function subresourcesOf(kind: ServedKind) {
  const { group, version, kind: name, plural } = kind.resource;
  const entry = (
    subresource: string,
    responseKind: { group: string; version: string; kind: string },
    allowed: string[],
  ) => ({
    subresource,
    responseKind,
    verbs: allowed,
  });
  const own = { group, version, kind: name };
  const list = [];
  if (kind.status) list.push(entry('status', own, ['get', 'patch', 'update']));
  if (kind.scale) {
    list.push(
      entry('scale', { group: 'autoscaling', version: 'v1', kind: 'Scale' }, ['get', 'patch', 'update']),
    );
  }
  if (group === '' && plural === 'pods') {
    list.push(entry('log', own, ['get']));
    list.push(entry('exec', { group: '', version: 'v1', kind: 'PodExecOptions' }, ['create', 'get']));
    list.push(entry('attach', { group: '', version: 'v1', kind: 'PodAttachOptions' }, ['create', 'get']));
    list.push(entry('eviction', { group: 'policy', version: 'v1', kind: 'Eviction' }, ['create']));
  }
  return list;
}
