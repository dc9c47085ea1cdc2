/**
 * Who may import whom: a place of the workspace, and the places it may import, beside itself. A place is a package of
 * packages/ (`lib`), or a room of one (`kube/objects`). docs/architecture.md shows it, ADR 0017 says why.
 */
const kubeShapes = ['kube/objects', 'kube/ports', 'lib'];
const adapter = ['sluice/ports', 'sluice/rules', 'sluice/api', ...kubeShapes];

const arrows: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  kube: ['lib'],
  tester: kubeShapes,
  local: kubeShapes,
  'sluice/api': ['kube/objects', 'lib'],
  'sluice/ports': ['sluice/api', ...kubeShapes],
  'sluice/rules': ['sluice/api', 'sluice/ports', ...kubeShapes],
  'sluice/workloads': adapter,
  'sluice/scalers': adapter,
  'sluice/routers': adapter,
  'sluice/metrics': adapter,
  'sluice/alerts': adapter,
  'sluice/platform': adapter,
  'sluice/webhooks': adapter,
  'sluice/rollout': ['sluice/webhooks', ...adapter],
  'sluice/controller': ['sluice/rollout', 'sluice/webhooks', 'kube', ...adapter],
  'sluice/view': ['sluice/ports', 'sluice/rules', 'sluice/api', ...kubeShapes],
  'sluice/people': ['sluice/view', 'sluice/rules', 'sluice/api', ...kubeShapes],
  'sluice/lint': ['sluice/ports', 'sluice/rules', 'sluice/api', ...kubeShapes],
  'sluice/chat': [
    'sluice/people',
    'sluice/view',
    'sluice/ports',
    'sluice/rules',
    'sluice/api',
    ...kubeShapes,
  ],
  'sluice/console': [
    'sluice/people',
    'sluice/view',
    'sluice/ports',
    'sluice/rules',
    'sluice/api',
    ...kubeShapes,
  ],
};

/** Builds the real adapters, and so imports everything. */
const compositionRoot = 'sluice/cli';

/** `kube/objects` of `packages/kube/src/objects/x.ts`; undefined outside of the sources of packages. */
export function roomOf(file: string): string | undefined {
  const found = /^packages\/([^/]+)\/src\/(?:([^/]+)\/)?[^/]*/.exec(file);
  return found === null ? undefined : [found[1], found[2]].filter(Boolean).join('/');
}

/** The place that the table names for a room: the room itself, or its whole package. */
const placeOf = (room: string): string | undefined =>
  room === compositionRoot || arrows[room] !== undefined
    ? room
    : arrows[packageOf(room)] === undefined
      ? undefined
      : packageOf(room);

const packageOf = (room: string): string => room.split('/')[0] ?? room;

export const isKnown = (room: string): boolean => placeOf(room) !== undefined;

export function mayImport(from: string, to: string): boolean {
  const place = placeOf(from);
  if (place === undefined) return false;
  if (place === compositionRoot || placeOf(to) === place) return true;
  const allowed = arrows[place] ?? [];
  return allowed.includes(to) || allowed.includes(packageOf(to));
}
