import type { Node } from 'oxc-parser';
import { childrenOf, parse } from './syntax.ts';

/**
 * A guard is a piece of the source that a promise depends on. A marker is a comment with the
 * guard's name directly before that piece: `// guard: kebab-name` on a line of its own, or
 * `/* guard: kebab-name *\/` within a line. `npm run mutation-check` takes the piece away and
 * expects a test to fail. The syntax decides what goes:
 *
 * - a statement: it is gone; an `if` with an `else` leaves the `else` behind
 * - an operand of `&&`, `||` or `??`: it is gone, the other operand stays
 * - a branch of `test ? a : b`: it is gone, the other branch is always taken
 * - an element of a list, an argument of a call, a property of an object: it is gone
 * - the test of an `if`: it always holds; with `&&` or `||` in it, the marker means one operand
 *
 * A statement counts first where several of these begin at one place, otherwise the smallest.
 * Declarations cannot be marked. One name may mark several pieces: they go together, because each
 * holds the promise by itself. One piece may have several markers.
 */
export interface Marker {
  readonly name: string;
  readonly line: number;
  /** Offsets of the comment. */
  readonly start: number;
  readonly end: number;
  /** Offset of what it stands before. */
  readonly before: number;
  readonly piece: Piece | undefined;
}

/** A node that can be taken away, by where it stands in its parent. */
export interface Piece {
  readonly kind: 'statement' | 'operand' | 'branch' | 'entry' | 'test';
  readonly node: Node;
  readonly parent: Node;
}

/** Reads the markers of a file in order. Problems name comments that begin as a marker and are none. */
export function readMarkers(
  file: string,
  text: string,
): { readonly markers: readonly Marker[]; readonly problems: readonly string[] } {
  if (!text.includes('guard:')) return { markers: [], problems: [] };
  const { program, comments } = parse(file, text);
  const markers: Marker[] = [];
  const problems: string[] = [];
  for (const { value, start, end } of comments) {
    if (!value.trim().startsWith('guard:')) continue;
    const line = text.slice(0, start).split('\n').length;
    const name = /^ guard: ([a-z0-9]+(?:-[a-z0-9]+)*) ?$/.exec(value)?.[1];
    const before = afterComments(text, end, comments);
    if (name === undefined) problems.push(`${file}:${line}: a marker reads "guard: kebab-name"`);
    else markers.push({ name, line, start, end, before, piece: findPiece(program, before) });
  }
  return { markers, problems };
}

/** Offset of the next token, after space and further comments. */
function afterComments(
  text: string,
  from: number,
  comments: readonly { start: number; end: number }[],
): number {
  let position = from;
  for (;;) {
    position += /^\s*/.exec(text.slice(position))?.[0].length ?? 0;
    const next = comments.find(({ start }) => start === position);
    if (next === undefined) return position;
    position = next.end;
  }
}

function findPiece(program: Node, position: number): Piece | undefined {
  const pieces: Piece[] = [];
  let parent = program;
  for (;;) {
    const node = childrenOf(parent).find(({ start, end }) => start <= position && position < end);
    if (node === undefined) break;
    const kind = node.start === position ? kindOf(node, parent) : undefined;
    if (kind !== undefined) pieces.push({ kind, node, parent });
    parent = node;
  }
  return pieces.find(({ kind }) => kind === 'statement') ?? pieces.at(-1);
}

function kindOf(node: Node, parent: Node): Piece['kind'] | undefined {
  if (node.type !== 'BlockStatement' && node.type.endsWith('Statement')) return 'statement';
  if (parent.type === 'LogicalExpression') return 'operand';
  if (parent.type === 'ConditionalExpression') return node === parent.test ? undefined : 'branch';
  if (parent.type === 'IfStatement') return node === parent.test ? 'test' : undefined;
  return entriesOf(parent).includes(node) ? 'entry' : undefined;
}

/** Elements, arguments or properties. */
function entriesOf(node: Node): readonly (Node | null)[] {
  if (node.type === 'ArrayExpression') return node.elements;
  if (node.type === 'CallExpression' || node.type === 'NewExpression') return node.arguments;
  if (node.type === 'ObjectExpression' || node.type === 'ObjectPattern') return node.properties;
  return [];
}
