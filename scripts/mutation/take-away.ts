import type { Node } from 'oxc-parser';
import { readMarkers } from './markers.ts';
import type { Marker, Piece } from './markers.ts';
import { parse } from './syntax.ts';

export type Mutant = { readonly text: string } | { readonly problem: string };

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Takes the pieces marked with `name` out of a text. A problem names the marker that has no piece. */
export function takeAway(file: string, source: string, name: string): Mutant {
  let text = source;
  for (;;) {
    // Pieces go one by one: one may stand within another.
    const { markers } = readMarkers(file, text);
    const marker = markers.find((candidate) => candidate.name === name);
    if (marker === undefined) break;
    const { piece, line, start, end } = marker;
    if (piece === undefined) return { problem: `${file}:${line}: ${name} stands before nothing that can go` };
    const unmarked = text.slice(0, start) + ' '.repeat(end - start) + text.slice(end);
    const edit = editOf(piece, unmarked, markers);
    text = unmarked.slice(0, edit.start) + edit.text + unmarked.slice(edit.end);
  }
  if (text === source) return { problem: `${file}: no marker ${name}` };
  const [error] = parse(file, text).errors;
  return error === undefined ? { text } : { problem: `${file}: without ${name} it is no program: ${error}` };
}

/** Replaces the piece, or the expression around it. */
function editOf({ kind, node, parent }: Piece, text: string, markers: readonly Marker[]): Edit {
  const { start, end } = node;
  switch (kind) {
    case 'test':
      return { start, end, text: 'true' };
    case 'entry':
      return { start, end: end + (/^\s*,/.exec(text.slice(end))?.[0].length ?? 0), text: '' };
    case 'statement': {
      const rest = node.type === 'IfStatement' ? node.alternate : null;
      return { start, end, text: rest === null ? '{}' : textOf(rest, node, text, markers) };
    }
    case 'operand':
    case 'branch': {
      const kept = textOf(otherOf(node, parent), parent, text, markers);
      return { start: parent.start, end: parent.end, text: `(${kept})` };
    }
  }
}

/** Text of a node that stays, with the markers before it. */
function textOf(node: Node, whole: Node, text: string, markers: readonly Marker[]): string {
  const before = markers.filter(({ start, before: at }) => at === node.start && start > whole.start);
  return text.slice(before[0]?.start ?? node.start, node.end);
}

function otherOf(node: Node, parent: Node): Node {
  if (parent.type === 'LogicalExpression') return node === parent.left ? parent.right : parent.left;
  if (parent.type === 'ConditionalExpression')
    return node === parent.consequent ? parent.alternate : parent.consequent;
  throw new TypeError(`${parent.type} has no second operand`);
}
