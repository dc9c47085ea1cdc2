import type { Node } from 'oxc-parser';
import { childrenOf, parse } from './syntax.ts';

/** Full titles of the tests of a file, `group > test` as vitest reads `-t`. `…` stands for a value of a template. */
export function readTitles(file: string, text: string): readonly string[] {
  return titlesBelow(parse(file, text).program, []);
}

function titlesBelow(node: Node, groups: readonly string[]): readonly string[] {
  const call = node.type === 'CallExpression' ? readCall(node) : undefined;
  const own = call?.is === 'test' ? [[...groups, call.title].join(' > ')] : [];
  const inner = call?.is === 'group' ? [...groups, call.title] : groups;
  return [...own, ...childrenOf(node).flatMap((child) => titlesBelow(child, inner))];
}

function readCall(node: Node & { readonly type: 'CallExpression' }) {
  const [first, ...rest] = node.arguments;
  const root = rootOf(node.callee);
  // `it.each(rows)` has no title; the call of its result has.
  if (first === undefined || rest.length === 0 || root === undefined) return undefined;
  return { is: root === 'describe' ? 'group' : 'test', title: titleOf(first) } as const;
}

/** `it` of `it('…')`, `it.skip('…')` and `it.each(rows)('…')`. */
function rootOf(callee: Node): string | undefined {
  if (callee.type === 'MemberExpression') return rootOf(callee.object);
  if (callee.type === 'CallExpression') return rootOf(callee.callee);
  const name = callee.type === 'Identifier' ? callee.name : '';
  return ['describe', 'it', 'test'].includes(name) ? name : undefined;
}

function titleOf(node: Node): string {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked ?? '').join('…');
  return '…';
}
