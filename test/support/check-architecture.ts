import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';

import { findCycles } from './find-cycles.ts';
import { readImports } from './read-imports.ts';
import type { ImportStatement } from './read-imports.ts';

/** Which folders of src a folder may import, beside itself. docs: design, section 2. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  api: ['lib'],
  ports: ['api', 'lib'],
  rules: ['api', 'lib', 'ports'],
  kube: ['ports', 'rules', 'api', 'lib'],
  workloads: ['ports', 'rules', 'api', 'lib'],
  scalers: ['ports', 'rules', 'api', 'lib'],
  routers: ['ports', 'rules', 'api', 'lib'],
  metrics: ['ports', 'rules', 'api', 'lib'],
  alerts: ['ports', 'rules', 'api', 'lib'],
  platform: ['ports', 'rules', 'api', 'lib'],
  webhooks: ['ports', 'rules', 'api', 'lib'],
  rollout: ['rules', 'ports', 'webhooks', 'api', 'lib'],
  controller: ['rollout', 'kube', 'rules', 'ports', 'webhooks', 'api', 'lib'],
  tester: ['ports', 'api', 'lib'],
  local: ['ports', 'api', 'lib'],
  console: ['ports', 'api', 'lib'],
};
/** Builds the real adapters, and so imports everything. */
const compositionRoot = 'cli';

/** Decisions and shapes: whatever they need from outside is handed to them. */
const pure = new Set(['api', 'ports', 'rules']);

/** Where time, chance and the process itself are touched; everywhere else they are dependencies. */
const owners = new Set(['platform', 'cli', 'local', 'tester']);
const ownerFiles = new Set([
  // They start programs and end them, deadlines included: that is all they do.
  'src/lib/run-command.ts',
  'src/lib/kill-group.ts',
]);
const owned =
  /(?<![.\w])(?:process\.\w+|Date\.now|Math\.random|setTimeout|setInterval|setImmediate|performance\.now|AbortSignal\.timeout|new Date\(\)|randomUUID|randomBytes)/;

/**
 * What src/lib has once for all: copies drift apart, in jitter, in caps, in what they leave attached to a signal. The
 * doubling of a back-off is told by its exponent, which is no number; a sleep is a timer that does nothing but resolve.
 */
const copies: readonly { readonly form: RegExp; readonly original: string }[] = [
  { form: /\b2\s*\*\*(?!\s*\d)|\bMath\.pow\(/, original: 'src/lib/back-off.ts' },
  {
    form: /\bsetTimer\([^,]+,\s*resolve\)|\bsetTimeout\(resolve\b|\bfunction (?:sleep|pause)\b|\bconst (?:sleep|pause) = (?:async )?\(/,
    original: 'src/lib/sleep.ts',
  },
  { form: /\bfunction withDeadline\b/, original: 'src/lib/deadline.ts' },
];

const mostLines = { source: 300, test: 500 };

export interface Architecture {
  /** Files read, relative to the root, with `/`. */
  readonly files: readonly string[];
  /** A sentence each, beginning with the file. */
  readonly violations: readonly string[];
}

/** Reads every TypeScript file below src, test and scripts of `root`. */
export async function checkArchitecture(root: string): Promise<Architecture> {
  const folders = await Promise.all(['src', 'test', 'scripts'].map((folder) => listFiles(root, folder)));
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
    .filter(({ from }) => from.startsWith('.'))
    .map(({ from }) => pathOf(file, from));

const pathOf = (file: string, from: string): string =>
  normalize(join(dirname(file), from))
    .split(sep)
    .join('/');

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function checkFile(file: string, text: string): readonly string[] {
  const isTest = file.endsWith('.test.ts') || file.startsWith('test/');
  const imports = readImports(text);
  const violations = [...checkForm(text, isTest), ...imports.flatMap(checkExtension)];
  const folder = folderOf(file);
  if (isTest || folder === undefined) return violations;
  if (folder !== compositionRoot && arrows[folder] === undefined) {
    return [...violations, `stands in src/${folder}, a folder that the import table does not know`];
  }
  return [
    ...violations,
    ...imports.flatMap((statement) => checkArrow(file, folder, statement)),
    ...checkOwned(file, folder, text),
    ...checkCopies(file, text),
  ];
}

/** `rules` of `src/rules/weights.ts`; undefined outside of src. */
const folderOf = (file: string): string | undefined => /^src\/([^/]+)\//.exec(file)?.[1];

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

function checkArrow(file: string, folder: string, statement: ImportStatement): readonly string[] {
  const { from } = statement;
  if (!from.startsWith('.')) return checkPackage(folder, from);
  const target = pathOf(file, from);
  const to = folderOf(target);
  if (folder === compositionRoot || to === folder) return [];
  if (to === undefined) return [`imports ${from}, which is outside of src`];
  if (arrows[folder]?.includes(to) !== true) return [`imports ${from}: ${folder} may not import ${to}`];
  const valueOfPort = folder === 'rules' && to === 'ports' && !statement.typeOnly;
  return valueOfPort ? [`imports ${from}: rules may import only types of ports`] : [];
}

function checkPackage(folder: string, from: string): readonly string[] {
  if (!pure.has(folder) || !from.startsWith('node:') || from === 'node:crypto') return [];
  return [`imports ${from}: ${folder} does no I/O`];
}

function checkOwned(file: string, folder: string, text: string): readonly string[] {
  if (owners.has(folder) || ownerFiles.has(file)) return [];
  const found = owned.exec(withoutTextAndComments(text))?.[0];
  return found === undefined ? [] : [`uses ${found}: take it as a dependency`];
}

function checkCopies(file: string, text: string): readonly string[] {
  if (file.startsWith('src/lib/')) return [];
  const code = withoutTextAndComments(text);
  return copies.flatMap(({ form, original }) => {
    const found = form.exec(code)?.[0];
    return found === undefined ? [] : [`has \`${found}\`: use ${original}`];
  });
}

function withoutTextAndComments(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '');
}
