import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from 'oxc-parser';
import { childrenOf, parse } from '../../../scripts/mutation/syntax.ts';

export interface Paths {
  /** Calls of `inside`, as `file: argument`. */
  readonly guarded: readonly string[];
  readonly violations: readonly string[];
}

/** Where names of pods, containers, volumes and images become paths. */
const rooms = ['packages/local/src/kubelet', 'packages/local/src/images', 'packages/local/src/api/pods'];
/** `basename` and the like make no path longer. */
const joining: ReadonlySet<string> = new Set(['join', 'resolve']);

/** In these rooms a path is joined with literals only; any other name goes through `inside` of lib/fs. */
export function checkPaths(root: string): Paths {
  const files = rooms.flatMap((room) =>
    globSync(`${room}/**/*.ts`, { cwd: root, exclude: ['**/*.test.ts'] }),
  );
  const found = files.map((file) => pathsOf(file, readFileSync(join(root, file), 'utf8')));
  return {
    guarded: found.flatMap(({ guarded }) => guarded),
    violations: found.flatMap(({ violations }) => violations),
  };
}

function pathsOf(file: string, text: string): Paths {
  const joins = joiningNames(text);
  const calls = callsOf(parse(file, text).program);
  const guarded = calls.filter(({ callee }) => callee === 'inside');
  const joined = calls.filter(({ callee, args }) => joins.has(callee) && !args.slice(1).every(isText));
  const written = calls.filter(({ callee, args }) => callee.endsWith('Sync') && args.some(addsElement));
  return {
    guarded: guarded.map(({ args }) => `${file}: ${textOf(args[1], text)}`),
    violations: [
      ...joined.map(
        ({ callee, args }) => `${file}: ${callee}(${args.map((arg) => textOf(arg, text)).join(', ')})`,
      ),
      ...written.map(({ callee }) => `${file}: ${callee} of a template`),
    ],
  };
}

function joiningNames(text: string): ReadonlySet<string> {
  const names = /^import \{([^}]*)\} from 'node:path'/m.exec(text)?.[1]?.split(',') ?? [];
  return new Set(names.map((name) => name.trim()).filter((name) => joining.has(name)));
}

interface Call {
  readonly callee: string;
  readonly args: readonly Node[];
}

function callsOf(node: Node): readonly Call[] {
  const below = childrenOf(node).flatMap(callsOf);
  if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return below;
  return [{ callee: node.callee.name, args: node.arguments }, ...below];
}

const isText = (node: Node): boolean => node.type === 'Literal' && typeof node.value === 'string';

/** `${folder}/${name}`. */
const addsElement = (node: Node): boolean =>
  node.type === 'TemplateLiteral' && node.quasis.slice(0, -1).some(({ value }) => value.raw.endsWith('/'));

const textOf = (node: Node | undefined, text: string): string =>
  node === undefined ? '' : text.slice(node.start, node.end);
