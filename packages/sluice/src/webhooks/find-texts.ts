/** A piece of a text: `start` counts, `end` does not. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly next: Map<string, Node>;
  /** The longest text that begins like the end of this one (Aho and Corasick). */
  fallback: Node | undefined;
  /** Length of the longest of the texts that end here; 0 for none. */
  found: number;
}

const newNode = (): Node => ({ next: new Map(), fallback: undefined, found: 0 });

/**
 * Finds every place of every one of `wanted` in a text, overlapping ones too. One pass: the time grows with the text and
 * the total length of `wanted`, not with their product.
 */
export function findTexts(text: string, wanted: Iterable<string>): readonly Span[] {
  const root = treeOf(wanted);
  const spans: Span[] = [];
  let at = root;
  for (let index = 0; index < text.length; index += 1) {
    at = step(root, at, text.charAt(index));
    if (at.found > 0) spans.push({ start: index + 1 - at.found, end: index + 1 });
  }
  return spans;
}

function treeOf(wanted: Iterable<string>): Node {
  const root = newNode();
  for (const text of wanted) {
    let at = root;
    // By UTF-16 units, as the text is read: half a pair may be all that a receiver sends back.
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charAt(index);
      const next = at.next.get(unit) ?? newNode();
      at.next.set(unit, next);
      at = next;
    }
    at.found = text.length;
  }
  link(root);
  return root;
}

/** Sets the fallbacks, nearest to the root first. */
function link(root: Node): void {
  const nodes = [root];
  for (const node of nodes) {
    for (const [unit, next] of node.next) {
      next.fallback = node === root ? root : step(root, node.fallback ?? root, unit);
      next.found = Math.max(next.found, next.fallback.found);
      nodes.push(next);
    }
  }
}

/** Each step down follows at most as many fallbacks as there were steps down before, so a text of n units takes 2n. */
function step(root: Node, from: Node, unit: string): Node {
  let at: Node | undefined = from;
  while (at !== undefined) {
    const next = at.next.get(unit);
    if (next !== undefined) return next;
    at = at.fallback;
  }
  return root;
}
