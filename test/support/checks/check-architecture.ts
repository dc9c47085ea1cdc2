import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';

import { findCycles } from './find-cycles.ts';
import { isKnown, mayImport, roomOf } from './import-table.ts';
import { readImports } from './read-imports.ts';
import type { ImportStatement } from './read-imports.ts';

/** Decisions and shapes: whatever they need from outside is handed to them. */
const pure = new Set([
  'lib/ports',
  'kube/objects',
  'kube/ports',
  'sluice/api',
  'sluice/ports',
  'sluice/rules',
]);

/** Where time, chance and the process itself are touched; everywhere else they are dependencies. */
const owners = /^(?:sluice\/(?:platform|cli)|local|tester)(?:\/|$)/;
const ownerFiles = new Set([
  // They start programs and end them, deadlines included: that is all they do.
  'packages/lib/src/process/run-command.ts',
  'packages/lib/src/process/kill-group.ts',
]);
const owned =
  /(?<![.\w])(?:process\.\w+|Date\.now|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|AbortSignal\.timeout|new Date\(\)|randomUUID|randomBytes)/;

/**
 * What packages/lib has once for all: copies drift apart, in jitter, in caps, in what they leave attached to a signal. The
 * doubling of a back-off is told by its exponent, which is no number; a sleep is a timer that does nothing but resolve.
 */
const copies: readonly { readonly form: RegExp; readonly original: string }[] = [
  { form: /\b2\s*\*\*(?!\s*\d)|\bMath\.pow\(/, original: 'packages/lib/src/time/back-off.ts' },
  {
    form: /\bsetTimer\([^,]+,\s*resolve\)|\bsetTimeout\(resolve\b|\bfunction (?:sleep|pause)\b|\bconst (?:sleep|pause) = (?:async )?\(/,
    original: 'packages/lib/src/time/sleep.ts',
  },
  { form: /\bfunction withDeadline\b/, original: 'packages/lib/src/time/deadline.ts' },
];

const mostLines = { source: 300, test: 500 };

export interface Architecture {
  /** Files read, relative to the root, with `/`. */
  readonly files: readonly string[];
  /** A sentence each, beginning with the file. */
  readonly violations: readonly string[];
}

/** Reads every TypeScript file below packages, test and scripts of `root`. */
export async function checkArchitecture(root: string): Promise<Architecture> {
  const folders = await Promise.all(['packages', 'test', 'scripts'].map((folder) => listFiles(root, folder)));
  const files = folders.flat().toSorted();
  const violations: string[] = [];
  const imports = new Map<string, readonly string[]>();
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    violations.push(...checkFile(file, text).map((violation) => `${file} ${violation}`));
    imports.set(file, importedFiles(file, text));
  }
  const cycles = findCycles(imports).map((cycle) => `${cycle.join(', ')} import one another, types included`);
  return { files, violations: [...violations, ...cycles] };
}

const importedFiles = (file: string, text: string): readonly string[] =>
  readImports(text)
    .map(({ from }) => pathOf(file, from))
    .filter((path) => path !== undefined);

/** The file that an import means, relative to the root; undefined for what is installed or Node's own. */
function pathOf(file: string, from: string): string | undefined {
  const own = /^@sluice\/([^/]+)\/(.+)$/.exec(from);
  if (own !== null) return `packages/${own[1]}/src/${own[2]}`;
  if (!from.startsWith('.')) return undefined;
  return normalize(join(dirname(file), from))
    .split(sep)
    .join('/');
}

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .filter(({ parentPath }) => !parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function checkFile(file: string, text: string): readonly string[] {
  const isTest = file.endsWith('.test.ts') || file.startsWith('test/');
  const imports = readImports(text);
  const violations = [...checkForm(text, isTest), ...imports.flatMap(checkExtension)];
  const room = roomOf(file);
  if (isTest || room === undefined) return violations;
  if (!isKnown(room)) return [...violations, `stands in ${room}, which the import table does not know`];
  return [
    ...violations,
    ...imports.flatMap((statement) => checkArrow(file, room, statement)),
    ...checkOwned(file, room, text),
    ...checkCopies(file, text),
  ];
}

function checkForm(text: string, isTest: boolean): readonly string[] {
  const violations: string[] = [];
  const lines = text.split('\n').length - 1;
  const most = isTest ? mostLines.test : mostLines.source;
  if (lines > most) violations.push(`has ${lines} lines; at most ${most}`);
  if (/^export default\b/m.test(text)) violations.push('has a default export');
  return violations;
}

function checkExtension({ from }: ImportStatement): readonly string[] {
  if (!from.startsWith('.') || /\.(ts|json)$/.test(from)) return [];
  return [`imports ${from} without its .ts`];
}

function checkArrow(file: string, room: string, statement: ImportStatement): readonly string[] {
  const { from } = statement;
  const target = pathOf(file, from);
  if (target === undefined) return checkInstalled(room, from);
  const to = roomOf(target);
  // The version that a program names is that of the whole.
  if (target === 'package.json') return [];
  if (to === undefined) return [`imports ${from}, which is outside of packages`];
  const [own, other] = [room, to].map((path) => path.split('/')[0]);
  if (from.startsWith('.') && own !== other)
    return [`imports ${from}: another package is imported by its name, @sluice/${other}`];
  if (!mayImport(room, to)) return [`imports ${from}: ${room} may not import ${to}`];
  const valueOfPort = room.startsWith('sluice/rules') && to === 'sluice/ports' && !statement.typeOnly;
  return valueOfPort ? [`imports ${from}: rules may import only types of ports`] : [];
}

function checkInstalled(room: string, from: string): readonly string[] {
  if (!pure.has(room) || !from.startsWith('node:') || from === 'node:crypto') return [];
  return [`imports ${from}: ${room} does no I/O`];
}

function checkOwned(file: string, room: string, text: string): readonly string[] {
  if (owners.test(room) || ownerFiles.has(file)) return [];
  const found = owned.exec(withoutTextAndComments(text))?.[0];
  return found === undefined ? [] : [`uses ${found}: take it as a dependency`];
}

function checkCopies(file: string, text: string): readonly string[] {
  if (file.startsWith('packages/lib/')) return [];
  const code = withoutTextAndComments(text);
  return copies.flatMap(({ form, original }) => {
    const found = form.exec(code)?.[0];
    return found === undefined ? [] : [`has \`${found}\`: use ${original}`];
  });
}

function withoutTextAndComments(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
}
