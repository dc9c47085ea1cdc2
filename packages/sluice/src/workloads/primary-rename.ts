import type { PrimaryContext } from '../ports/workload.ts';
import { asList, asRecord, asTextMap, isRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import {
  configKey,
  findConfigReferences,
  renameConfigReferences,
} from '../rules/configs/config-references.ts';
import { primaryConfigName } from '../rules/configs/config-copy.ts';
import type { SideLabel } from './side-selectors.ts';
import { configRevisionAnnotation, flaggerIdAnnotation, isToolkitKey } from '../rules/objects/object-keys.ts';

/** How the labels in spread and anti-affinity rules are rewritten for the primary. */
export type RenameRules = (key: string, value: unknown) => string | undefined;

/** Rules that pick the target's pods pick the primary's, because the primary's pods carry that value instead. */
export const renameByLabel =
  ({ key: own, canaryValue, primaryValue }: SideLabel): RenameRules =>
  (key, value) =>
    key === own && value === canaryValue ? primaryValue : undefined;

/** Renames as Flagger does: a value equal to the target's name, in any selector label. For comparing its primaries. */
export const renameByName =
  (name: string, keys: readonly string[]): RenameRules =>
  (key, value) =>
    keys.includes(key) && value === name ? `${name}-primary` : undefined;

/**
 * The target's pod template for the primary: the labels of the primary's selector, spread rules for the primary's
 * pods, and the copies of tracked ConfigMaps and Secrets. The same template always gives the same result, so equal
 * revisions roll nothing.
 */
export function primaryTemplate(
  template: JsonRecord,
  selector: Readonly<Record<string, string>>,
  rename: RenameRules,
  context: PrimaryContext,
): Record<string, unknown> {
  const metadata = asRecord(template['metadata']);
  const annotations = templateAnnotations(asTextMap(metadata['annotations']), context);
  return {
    ...template,
    metadata: {
      labels: { ...withoutToolkit(asTextMap(metadata['labels'])), ...selector },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: renameConfigReferences(
      renamePodSpec(asRecord(template['spec']), rename),
      (kind, name) => context.configNames.get(configKey(kind, name)) ?? name,
    ),
  };
}

/**
 * The primary's template with the original names of copies that are not in `configNames`. A primary that Flagger made
 * with config tracking then equals a target that is not tracked, or not tracked any more.
 */
export function withoutOtherCopies(
  primary: JsonRecord,
  target: JsonRecord,
  context: PrimaryContext,
): JsonRecord {
  const originals = findConfigReferences(target['spec']);
  const known = new Set(originals.map(({ kind, name }) => configKey(kind, name)));
  const byCopy = new Map(
    originals
      .filter(({ kind, name }) => !context.configNames.has(configKey(kind, name)))
      .map(({ kind, name }) => [configKey(kind, primaryConfigName(name)), name] as const),
  );
  const spec = renameConfigReferences(asRecord(primary['spec']), (kind, name) => {
    const key = configKey(kind, name);
    return known.has(key) ? name : (byCopy.get(key) ?? name);
  });
  return { ...primary, spec };
}

/** `flagger-id` of the target is a leftover; the primary's own one is kept by the caller. */
function templateAnnotations(
  annotations: Readonly<Record<string, string>>,
  { configRevision }: PrimaryContext,
): Record<string, string> {
  const { [flaggerIdAnnotation]: _leftover, ...rest } = withoutToolkit(annotations);
  return configRevision === undefined ? rest : { ...rest, [configRevisionAnnotation]: configRevision };
}

export function withoutToolkit(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !isToolkitKey(key)));
}

/** podAffinity stays, since it attracts to the pods that it names. */
function renamePodSpec(spec: JsonRecord, rename: RenameRules): Record<string, unknown> {
  const renamed: Record<string, unknown> = { ...spec };
  if (Array.isArray(spec['topologySpreadConstraints'])) {
    renamed['topologySpreadConstraints'] = spec['topologySpreadConstraints'].map((item: unknown) =>
      withSelector(item, rename),
    );
  }
  const affinity = asRecord(spec['affinity']);
  if (isRecord(affinity['podAntiAffinity'])) {
    const podAntiAffinity = renameAntiAffinity(affinity['podAntiAffinity'], rename);
    renamed['affinity'] = { ...affinity, podAntiAffinity };
  }
  return renamed;
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function renameAntiAffinity(antiAffinity: JsonRecord, rename: RenameRules): JsonRecord {
  const renamed: Record<string, unknown> = { ...antiAffinity };
  if (required in antiAffinity) {
    renamed[required] = asList(antiAffinity[required]).map((term) => withSelector(term, rename));
  }
  if (preferred in antiAffinity) {
    renamed[preferred] = asList(antiAffinity[preferred]).map((weighted) => {
      const term = asRecord(weighted);
      return { ...term, podAffinityTerm: withSelector(term['podAffinityTerm'], rename) };
    });
  }
  return renamed;
}

function withSelector(holder: unknown, rename: RenameRules): unknown {
  const record = asRecord(holder);
  const selector = record['labelSelector'];
  return isRecord(selector) ? { ...record, labelSelector: renameSelector(selector, rename) } : holder;
}

function renameSelector(selector: JsonRecord, rename: RenameRules): JsonRecord {
  const renamed: Record<string, unknown> = { ...selector };
  if (isRecord(selector['matchLabels'])) {
    renamed['matchLabels'] = Object.fromEntries(
      Object.entries(selector['matchLabels']).map(([key, value]) => [key, rename(key, value) ?? value]),
    );
  }
  if (Array.isArray(selector['matchExpressions'])) {
    renamed['matchExpressions'] = selector['matchExpressions'].map((item: unknown) => {
      const expression = asRecord(item);
      const key = String(expression['key']);
      const values = asList(expression['values']);
      const place = values.findIndex((value) => rename(key, value) !== undefined);
      return place < 0 ? item : { ...expression, values: values.with(place, rename(key, values[place])) };
    });
  }
  return renamed;
}
