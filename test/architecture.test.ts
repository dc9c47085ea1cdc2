import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { checkArchitecture } from './support/check-architecture.ts';
import { checkProviders } from './support/check-providers.ts';

const root = join(import.meta.dirname, '..');
const planted: string[] = [];

/** A project of these files; what the checkers say of it is what they would say of ours. */
async function plant(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-architecture-'));
  planted.push(folder);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return folder;
}

/** Folders of src that hold something, and of which no file was read. */
async function unreadFolders(files: readonly string[]): Promise<readonly string[]> {
  const unread: string[] = [];
  for (const entry of await readdir(join(root, 'src'), { withFileTypes: true })) {
    if (!entry.isDirectory() || (await readdir(join(root, 'src', entry.name))).length === 0) continue;
    if (!files.some((file) => file.startsWith(`src/${entry.name}/`))) unread.push(entry.name);
  }
  return unread;
}

afterEach(async () => {
  for (const folder of planted.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('this project', () => {
  test('keeps to its import table and its form', async () => {
    const { files, violations } = await checkArchitecture(root);
    expect(violations).toEqual([]);
    expect(await unreadFolders(files)).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  });

  test('lists each provider in its index, and has a page on it', async () => {
    const { seen, violations } = await checkProviders(root);
    expect(seen).toEqual(
      expect.arrayContaining([
        'workloads/deployment',
        'scalers/hpa',
        'routers/gateway-api-v1',
        'metrics/prometheus',
      ]),
    );
    expect(violations).toEqual([]);
  });
});

describe('the import table', () => {
  test.each([
    ['lib', 'api'],
    ['api', 'ports'],
    ['ports', 'rules'],
    ['rules', 'rollout'],
    ['routers', 'workloads'],
    ['scalers', 'workloads'],
    ['metrics', 'platform'],
    ['kube', 'rollout'],
    ['webhooks', 'platform'],
    ['rollout', 'kube'],
    ['controller', 'routers'],
    ['tester', 'rules'],
    ['local', 'controller'],
    ['console', 'kube'],
    ['controller', 'cli'],
  ])('%s may not import %s', async (folder, other) => {
    const folderRoot = await plant({ [`src/${folder}/x.ts`]: `import { y } from '../${other}/y.ts';\n` });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([
      `src/${folder}/x.ts imports ../${other}/y.ts: ${folder} may not import ${other}`,
    ]);
  });

  test.each([
    ['lib', 'lib'],
    ['api', 'lib'],
    ['ports', 'api'],
    ['rules', 'api'],
    ['routers', 'rules'],
    ['rollout', 'webhooks'],
    ['controller', 'rollout'],
    ['cli', 'kube'],
    ['cli', 'controller'],
  ])('%s may import %s', async (folder, other) => {
    const folderRoot = await plant({ [`src/${folder}/x.ts`]: `import { y } from '../${other}/y.ts';\n` });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([]);
  });

  test.each([
    ['a type', "import type { y } from '../kube/y.ts';"],
    ['a list over several lines', "import {\n  y,\n  z,\n} from '../kube/y.ts';"],
    ['what it does when loaded', "import '../kube/y.ts';"],
    ['at run time', "export const y = await import('../kube/y.ts');"],
    ['to hand it on', "export { y } from '../kube/y.ts';"],
    ['all of it', "export * from '../kube/y.ts';"],
    ['by a way round', "import { y } from './../rules/../kube/y.ts';"],
  ])('a wrong import is seen when it takes %s', async (_case, statement) => {
    const folderRoot = await plant({ 'src/rules/x.ts': `${statement}\n` });
    expect((await checkArchitecture(folderRoot)).violations).toHaveLength(1);
  });

  test('rules take types of ports, no values', async () => {
    const folderRoot = await plant({
      'src/rules/types.ts': "import type { Clock } from '../ports/clock.ts';\n",
      'src/rules/values.ts': "import { systemClock } from '../ports/clock.ts';\n",
    });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([
      'src/rules/values.ts imports ../ports/clock.ts: rules may import only types of ports',
    ]);
  });

  test('sources do not reach outside of src; tests beside them may', async () => {
    const statement = "import { createFakeClock } from '../../test/support/fake-clock.ts';\n";
    const folderRoot = await plant({ 'src/lib/x.ts': statement, 'src/lib/x.test.ts': statement });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([
      'src/lib/x.ts imports ../../test/support/fake-clock.ts, which is outside of src',
    ]);
  });

  test('a folder that nobody entered in the table is a violation', async () => {
    const folderRoot = await plant({ 'src/utils/x.ts': 'export const x = 1;\n' });
    expect((await checkArchitecture(folderRoot)).violations).toHaveLength(1);
  });
});

describe('the form of a file', () => {
  test.each<[string, string, string, string]>([
    ['a missing .ts', 'src/lib/x.ts', "import { y } from './y';\n", 'imports ./y without its .ts'],
    ['a default export', 'src/lib/x.ts', 'export default 1;\n', 'has a default export'],
    ['a long source', 'src/lib/x.ts', '//\n'.repeat(301), 'has 301 lines; at most 300'],
    ['a long test', 'test/x.test.ts', '//\n'.repeat(501), 'has 501 lines; at most 500'],
    ['files in rules', 'src/rules/x.ts', "import 'node:fs';\n", 'imports node:fs: rules does no I/O'],
    ['time', 'src/rules/x.ts', 'export const x = Date.now();\n', 'uses Date.now: take it as a dependency'],
    ['timers', 'src/kube/x.ts', 'setTimeout(f, 1);\n', 'uses setTimeout: take it as a dependency'],
    ['chance', 'src/rollout/x.ts', 'f(Math.random());\n', 'uses Math.random: take it as a dependency'],
    [
      'an id by chance',
      'src/webhooks/x.ts',
      'f(randomUUID());\n',
      'uses randomUUID: take it as a dependency',
    ],
    ['the process', 'src/webhooks/x.ts', 'f(process.env.X);\n', 'uses process.env: take it as a dependency'],
  ])('%s is seen', async (_case, file, text, violation) => {
    const folderRoot = await plant({ [file]: text });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([`${file} ${violation}`]);
  });

  test.each([
    ['a back-off', 'const ms = Math.min(longest, first * 2 ** failures);\n', '2 **', 'back-off'],
    ['a back-off by a function', 'const ms = Math.pow(2, failures);\n', 'Math.pow(', 'back-off'],
    ['a sleep', 'f((resolve) => clock.setTimer(5, resolve));\n', 'setTimer(5, resolve)', 'sleep'],
    ['a sleep by its name', 'function sleep() {}\n', 'function sleep', 'sleep'],
    ['a deadline', 'async function withDeadline() {}\n', 'function withDeadline', 'deadline'],
  ])('a second copy of %s is seen', async (_case, text, found, original) => {
    const folderRoot = await plant({ 'src/kube/x.ts': text, [`src/lib/${original}.ts`]: text });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([
      `src/kube/x.ts has \`${found}\`: use src/lib/${original}.ts`,
    ]);
  });

  test('a power of two that is a number is no back-off', async () => {
    const folderRoot = await plant({ 'src/kube/x.ts': 'const longestMs = 2 ** 31 - 1;\n' });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([]);
  });

  test('words in comments, texts and names of methods are no use of the process', async () => {
    const text =
      "// Math.random\n/** Date.now */\nconst x = 'process.env'; clock.setTimeout(); call.process.id;\n";
    const folderRoot = await plant({ 'src/rules/x.ts': text, 'src/platform/y.ts': 'Date.now();\n' });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([]);
  });
});

test('a provider without its index line and its page is seen', async () => {
  const folderRoot = await plant({
    'src/routers/istio.ts': 'export const istio: Router = {};\n',
    'src/routers/nginx.ts': 'export const nginx = {\n} satisfies Router;\n',
    'src/routers/kuma.ts': 'export const kuma = createKumaRouter({});\n',
    'src/routers/route-match.ts': 'export const match = 1;\nexport const all: readonly Router[] = [];\n',
    'src/routers/index.ts': "import { nginx } from './nginx.ts';\nimport { kuma } from './kuma.ts';\n",
    'docs/reference/routers/kuma.md': '# kuma\n',
    'docs/reference/routers/nginx.md': '# nginx\n',
  });
  expect(await checkProviders(folderRoot)).toEqual({
    seen: ['routers/istio', 'routers/kuma', 'routers/nginx'],
    violations: ['src/routers/index.ts lacks istio', 'docs/reference/routers/istio.md is missing'],
  });
});
