import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText, isRecord } from '@sluice/lib/json/json-read.ts';
import { configRevisionAnnotation, flaggerIdAnnotation } from '../../rules/objects/object-keys.ts';

export interface TemplateDiff {
  readonly images: readonly { readonly container: string; readonly before: string; readonly after: string }[];
  /** A unified diff of the pod templates as YAML; empty where they are the same. */
  readonly text: string;
}

/**
 * What a rollout of `target` would change in the pods of `primary`. Names that the primary has its own copy of are compared
 * without their ending, and values that look like secrets are never shown: only whether they changed.
 */
export function diffTemplates(target: AnyKubeObject, primary: AnyKubeObject): TemplateDiff {
  const after = templateOf(target);
  const before = withoutEndings(withoutOwn(templateOf(primary)), leavesOf(after));
  const known = new Set(secretsOf(before));
  const was = yamlOf(masked(before, () => secret));
  const is = yamlOf(masked(after, (value) => (known.has(value) ? secret : `${secret}, changed`)));
  const patch = createTwoFilesPatch(
    `primary ${primary.metadata.name}`,
    `target ${target.metadata.name}`,
    was,
    is,
  );
  return {
    images: imagesIn(before, after),
    text: was === is ? '' : patch.slice(patch.indexOf('--- ')).trimEnd(),
  };
}

const secret = '(secret)';
const ending = '-primary';

const templateOf = (object: AnyKubeObject): unknown => asRecord(object['spec'])['template'] ?? {};

const yamlOf = (value: unknown): string => stringify(value, { sortMapEntries: true, lineWidth: 0 });

/** Without the annotations that the controller writes to the primary's template. */
function withoutOwn(template: unknown): unknown {
  const { metadata, ...others } = asRecord(template);
  const { annotations, ...rest } = asRecord(metadata);
  const kept = Object.entries(asRecord(annotations)).filter(
    ([key]) => key !== configRevisionAnnotation && key !== flaggerIdAnnotation,
  );
  return {
    ...others,
    metadata: { ...rest, ...(kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) }) },
  };
}

/** Calls `change` with each text of a tree and the key above it. */
function mapTexts(value: unknown, change: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, change, key));
  if (!isRecord(value)) return value;
  // An entry of `env` has its name beside its value.
  const name = asText(value['name']);
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      mapTexts(inner, change, field === 'value' && name !== undefined ? name : field),
    ]),
  );
}

function leavesOf(tree: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  mapTexts(tree, (text) => {
    found.add(text);
    return text;
  });
  return found;
}

const withoutEndings = (tree: unknown, known: ReadonlySet<string>): unknown =>
  mapTexts(tree, (text) => {
    const bare = text.endsWith(ending) ? text.slice(0, -ending.length) : text;
    return known.has(bare) ? bare : text;
  });

const secretKey = /secret|token|passw|credential|private|api.?key|auth/i;
const secretWord = /\/\/[^/\s]*@|(secret|token|passw\w*|key)[=:]\S/i;
/** Fields that hold names of objects, not their content. */
const harmless = /Name$|^name$|^image$/;

const isSecret = (text: string, key: string): boolean =>
  !harmless.test(key) && (secretKey.test(key) || secretWord.test(text));

function secretsOf(tree: unknown): readonly string[] {
  const found: string[] = [];
  mapTexts(tree, (text, key) => {
    if (isSecret(text, key)) found.push(text);
    return text;
  });
  return found;
}

const masked = (tree: unknown, word: (value: string) => string): unknown =>
  mapTexts(tree, (text, key) =>
    isSecret(text, key) ? /* guard: a-diff-in-a-terminal-shows-no-secret */ word(text) : text,
  );

function imagesIn(before: unknown, after: unknown): TemplateDiff['images'] {
  const [old, now] = [imagesOf(before), imagesOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((container) => ({
      container,
      before: old.get(container) ?? 'none',
      after: now.get(container) ?? 'none',
    }))
    .filter((one) => one.before !== one.after);
}

function imagesOf(template: unknown): ReadonlyMap<string, string> {
  const spec = asRecord(asRecord(template)['spec']);
  const containers = [...asList(spec['initContainers']), ...asList(spec['containers'])].map(asRecord);
  return new Map(containers.map(({ name, image }) => [asText(name) ?? '', asText(image) ?? '']));
}
