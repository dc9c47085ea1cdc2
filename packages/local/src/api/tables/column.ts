import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { isObject } from '../../store/json.ts';
import { ageOf } from './age.ts';

export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  /** Above 0: only with `-o wide`. */
  readonly priority: number;
  readonly cell: (object: AnyKubeObject, now: number) => unknown;
}

type Cell = Column['cell'];

export const text = (name: string, cell: Cell): Column => ({ name, type: 'string', priority: 0, cell });
export const integer = (name: string, cell: Cell): Column => ({ name, type: 'integer', priority: 0, cell });
export const wide = (name: string, cell: Cell): Column => ({ name, type: 'string', priority: 1, cell });

export const nameColumn: Column = {
  ...text('Name', (object) => object.metadata.name),
  format: 'name',
};
export const ageColumn: Column = text('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now));

/** The value at a path of names; undefined when anything on the way is absent. */
export function at(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const step of path) value = isObject(value) ? value[step] : undefined;
  return value;
}

export const numberAt = (object: unknown, ...path: readonly string[]): number => {
  const value = at(object, ...path);
  return typeof value === 'number' ? value : 0;
};

export const listOf = (object: unknown, ...path: readonly string[]): readonly unknown[] => {
  const value = at(object, ...path);
  return Array.isArray(value) ? value : [];
};

/** The text at a path; `<none>` when absent or empty, as in kubectl's tables. */
export const textOrNone = (object: unknown, ...path: readonly string[]): string => {
  const value = at(object, ...path);
  return typeof value === 'string' && value !== '' ? value : '<none>';
};

export const joined = (values: readonly unknown[]): string => values.join(',') || '<none>';

/** `a=b,c=d` of a map or of a label selector. */
export function labelsText(value: unknown): string {
  if (!isObject(value)) return '<none>';
  const labels = isObject(value['matchLabels']) ? value['matchLabels'] : value;
  return joined(
    Object.entries(labels)
      .filter((entry) => typeof entry[1] === 'string')
      .map(([key, label]) => `${key}=${String(label)}`),
  );
}

/** A number or text at a path, as text. */
export function shownAt(object: unknown, fallback: string, ...path: readonly string[]): string {
  const value = at(object, ...path);
  return typeof value === 'number' || typeof value === 'string' ? `${value}` : fallback;
}
