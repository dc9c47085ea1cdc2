import { parseSync, visitorKeys } from 'oxc-parser';
import type { Comment, Node } from 'oxc-parser';

export interface Syntax {
  readonly program: Node;
  readonly comments: readonly Comment[];
  /** Messages of the parser; empty for a text that is TypeScript. */
  readonly errors: readonly string[];
}

export function parse(file: string, text: string): Syntax {
  const { program, comments, errors } = parseSync(file, text);
  return { program, comments, errors: errors.map(({ message }) => message) };
}

/** The nodes directly below `node`, in the order of the text. */
export function childrenOf(node: Node): readonly Node[] {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const value = Reflect.get(node, key) as Node | null | readonly (Node | null)[];
    return [value].flat().filter((child) => child !== null);
  });
}
