import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Document, Pair } from 'yaml';
import { joinField } from '../api/field-problem.ts';

/** Offset of a field in the text of its document; of a missing one, that of its nearest parent that is there. */
export function offsetOf(document: Document, field: string): number {
  let offset = startOf(document.contents) ?? document.range?.[0] ?? 0;
  let node: unknown = document.contents;
  let path = '';
  while (path !== field) {
    const child = childTowards(document, node, path, field);
    if (child === undefined) return offset;
    offset = child.offset ?? offset;
    ({ node, path } = child);
  }
  return offset;
}

interface Child {
  readonly node: unknown;
  readonly path: string;
  readonly offset: number | undefined;
}

/** The longest path wins: one key can be the beginning of another. */
function childTowards(document: Document, parent: unknown, path: string, field: string): Child | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  let best: Child | undefined;
  for (const child of childrenOf(node, path)) {
    if (!leadsTo(child.path, field)) continue;
    if (best === undefined || child.path.length > best.path.length) best = child;
  }
  return best;
}

function childrenOf(node: unknown, path: string): readonly Child[] {
  if (isSeq(node))
    return node.items.map((item, index) => ({
      node: item,
      path: joinField(path, index),
      offset: startOf(item),
    }));
  if (!isMap(node)) return [];
  return node.items.map((pair) => ({
    node: pair.value,
    path: joinField(path, keyOf(pair)),
    offset: startOf(pair.key),
  }));
}

const leadsTo = (path: string, field: string): boolean =>
  field === path || (field.startsWith(path) && /^[.[]/.test(field.slice(path.length)));

/** The name of a pair, as the value of its document has it. */
export const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);

/** Offset of a node; undefined where it has none. */
export function startOf(node: unknown): number | undefined {
  if (isPair(node)) return startOf(node.key);
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? Number(node.range[0])
    : undefined;
}
