import { asList, asRecord, asText, isRecord } from '@sluice/lib/json/json-read.ts';
import { comparableTemplates } from '../../view/comparable-templates.ts';

/** A difference between what the primary runs and what the target asks for. */
export interface Difference {
  /** `containers[podinfod].image` */
  readonly path: string;
  /** Undefined when it is not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const mostDifferences = 100;
const longestValue = 300;

const words = { same: '(set)', changed: '(changed)' };

/** Compares the pod templates of primary and target field by field; secrets are shown as `(set)` and `(changed)`. */
export function diffTemplates(primary: unknown, target: unknown): readonly Difference[] {
  const compared = comparableTemplates(primary, target, words);
  const [before, after] = [flatten(compared.before), flatten(compared.after)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const differences = paths.flatMap((path): readonly Difference[] => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    // A secret that was not there before has not changed.
    const shown = old === undefined && now === words.changed ? words.same : now;
    return [{ path, before: old?.slice(0, longestValue), after: shown?.slice(0, longestValue) }];
  });
  return differences.slice(0, mostDifferences);
}

/** Marks of tools and of this controller, which no person changed. */
const ours = /^metadata\.(creationTimestamp|annotations\[(kubectl\.kubernetes\.io|sluice\.dev|flagger))/;

function flatten(template: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  const { metadata, spec } = asRecord(template);
  visit('metadata', { annotations: asRecord(metadata)['annotations'] }, leaves);
  visit('', spec, leaves);
  for (const path of leaves.keys()) if (ours.test(path)) leaves.delete(path);
  return leaves;
}

function visit(path: string, value: unknown, leaves: Map<string, string>): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => visit(`${path}[${keyOf(item, index)}]`, item, leaves));
    return;
  }
  if (isRecord(value)) {
    for (const [name, inner] of Object.entries(value)) visit(childPath(path, name), inner, leaves);
    return;
  }
  if (value !== undefined && value !== null)
    leaves.set(path, typeof value === 'string' ? value : JSON.stringify(value));
}

const childPath = (path: string, name: string): string =>
  /^[\w-]+$/.test(name) ? (path === '' ? name : `${path}.${name}`) : `${path}[${name}]`;

/** Entries of lists are told apart by name, as Kubernetes merges them. */
const keyOf = (item: unknown, index: number): string => {
  const { name, containerPort, mountPath } = asRecord(item);
  return (
    asText(name) ??
    asText(mountPath) ??
    (typeof containerPort === 'number' ? String(containerPort) : String(index))
  );
};

/** The pod template of a workload; undefined when it has none. */
export function templateOf(object: Readonly<Record<string, unknown>>): unknown {
  const { template } = asRecord(object['spec']);
  return asList(asRecord(asRecord(template)['spec'])['containers']).length === 0 ? undefined : template;
}
