import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asList, asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { comparableTemplates } from '../../view/comparable-templates.ts';

export interface TemplateDiff {
  readonly images: readonly { readonly container: string; readonly before: string; readonly after: string }[];
  /** A unified diff of the pod templates as YAML; empty where they are the same. */
  readonly text: string;
}

/** What a rollout of `target` would change in the pods of `primary`. */
export function diffTemplates(target: AnyKubeObject, primary: AnyKubeObject): TemplateDiff {
  const { before, after } = comparableTemplates(templateOf(primary), templateOf(target), words);
  const [was, is] = [yamlOf(before), yamlOf(after)];
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

const words = { same: '(secret)', changed: '(secret), changed' };

const templateOf = (object: AnyKubeObject): unknown => asRecord(object['spec'])['template'] ?? {};

const yamlOf = (value: unknown): string => stringify(value, { sortMapEntries: true, lineWidth: 0 });

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
