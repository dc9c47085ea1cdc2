import type { PrimaryContext, SelectorLabel } from '../ports/workload.ts';
import { asList, asRecord, asTextMap, isRecord } from '../lib/json-read.ts';
import type { JsonRecord } from '../lib/json-read.ts';
import { configKey, findConfigReferences, renameConfigReferences } from '../rules/config-references.ts';
import { primaryConfigName } from '../rules/config-copy.ts';
import { configRevisionAnnotation, flaggerIdAnnotation, isToolkitKey } from '../rules/object-keys.ts';

/**
 * The target's pod template as the primary runs it: its own value of the selector label, spread rules that look at
 * the primary's own pods, and the copies of tracked ConfigMaps and Secrets. The same template always gives the same result, so equal revisions roll nothing.
 */
export function primaryTemplate(
  target: { readonly name: string; readonly template: JsonRecord },
  label: SelectorLabel,
  context: PrimaryContext,
): Record<string, unknown> {
  const metadata = asRecord(target.template['metadata']);
  const annotations = templateAnnotations(asTextMap(metadata['annotations']), context);
  return {
    ...target.template,
    metadata: {
      labels: { ...withoutToolkit(asTextMap(metadata['labels'])), [label.key]: label.primaryValue },
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    spec: renameConfigReferences(
      renamePodSpec(asRecord(target.template['spec']), target.name, context.selectorLabels),
      (kind, name) => context.configNames.get(configKey(kind, name)) ?? name,
    ),
  };
}

/**
 * The primary's template with the names of copies taken back that the primary would not read here: what Flagger made
 * while it tracked runs the same as a target that is not tracked, or not tracked any more.
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

/**
 * Only selectors that name the Deployment itself are rewritten; podAffinity stays, since it attracts to
 * whatever it names.
 */
function renamePodSpec(spec: JsonRecord, name: string, keys: readonly string[]): Record<string, unknown> {
  const renamed: Record<string, unknown> = { ...spec };
  const rename: Rename = (selector) => renameSelector(selector, name, keys);
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

type Rename = (selector: JsonRecord) => JsonRecord;

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function renameAntiAffinity(antiAffinity: JsonRecord, rename: Rename): JsonRecord {
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

function withSelector(holder: unknown, rename: Rename): unknown {
  const record = asRecord(holder);
  const selector = record['labelSelector'];
  return isRecord(selector) ? { ...record, labelSelector: rename(selector) } : holder;
}

function renameSelector(selector: JsonRecord, name: string, keys: readonly string[]): JsonRecord {
  const renamed: Record<string, unknown> = { ...selector };
  if (isRecord(selector['matchLabels'])) {
    renamed['matchLabels'] = Object.fromEntries(
      Object.entries(selector['matchLabels']).map(([key, value]) => [
        key,
        keys.includes(key) && value === name ? `${name}-primary` : value,
      ]),
    );
  }
  if (Array.isArray(selector['matchExpressions'])) {
    renamed['matchExpressions'] = selector['matchExpressions'].map((item: unknown) => {
      const expression = asRecord(item);
      if (!keys.includes(String(expression['key']))) return item;
      return { ...expression, values: renameFirst(asList(expression['values']), name) };
    });
  }
  return renamed;
}

function renameFirst(values: readonly unknown[], name: string): readonly unknown[] {
  const place = values.indexOf(name);
  return place < 0 ? values : values.with(place, `${name}-primary`);
}
