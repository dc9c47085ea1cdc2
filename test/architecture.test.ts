import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { checkArchitecture } from './support/checks/check-architecture.ts';
import { checkPaths } from './support/checks/check-paths.ts';
import { checkPackages } from './support/checks/check-packages.ts';
import { checkProviders } from './support/checks/check-providers.ts';

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

/** Rooms that hold something, and of which no file was read. */
async function unreadRooms(files: readonly string[]): Promise<readonly string[]> {
  const unread: string[] = [];
  for (const name of await readdir(join(root, 'packages')))
    for (const entry of await readdir(join(root, 'packages', name, 'src'), { withFileTypes: true })) {
      if (!entry.isDirectory() || (await readdir(join(entry.parentPath, entry.name))).length === 0) continue;
      const room = `packages/${name}/src/${entry.name}/`;
      if (!files.some((file) => file.startsWith(room))) unread.push(room);
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
    expect(await unreadRooms(files)).toEqual([]);
    expect(files.length).toBeGreaterThan(100);
  });

  test('makes every path with a name from outside by one function', () => {
    const { guarded, violations } = checkPaths(root);
    expect(violations).toEqual([]);
    // The folders of a pod, a volume, a file of it, a subPath and a container, its log, and a program.
    expect(guarded).toHaveLength(7);
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

test('a path that is joined with a name from outside is found', async () => {
  const folder = await plant({
    'packages/local/src/kubelet/a.ts':
      "import { dirname, join } from 'node:path';\nwriteFileSync(join(dirname(folder), name), '');\njoin(folder, 'work');\n",
    'packages/local/src/images/b.ts': 'rmSync(`${folder}/${name}`);\nrmSync(`${path}.1`);\n',
    'packages/local/src/images/c.ts':
      "import { resolve } from 'node:path';\nresolve(folder, `${name}.log`);\n",
    'packages/local/src/images/d.ts': 'inside(folder, name);\nresolve(value);\nimages.resolve(a, b);\n',
  });
  const { guarded, violations } = checkPaths(folder);
  expect(guarded).toEqual(['packages/local/src/images/d.ts: name']);
  expect(violations.toSorted()).toEqual([
    'packages/local/src/images/b.ts: rmSync of a template',
    'packages/local/src/images/c.ts: resolve(folder, `${name}.log`)',
    'packages/local/src/kubelet/a.ts: join(dirname(folder), name)',
  ]);
});

test('a package names what it imports, and the root what they all need', () => {
  expect(checkPackages(root)).toEqual({ seen: ['kube', 'lib', 'local', 'sluice', 'tester'], violations: [] });
});

test('what a package imports and does not name is seen, and what it names for nothing', async () => {
  const manifest = (dependencies: Readonly<Record<string, string>>): string =>
    JSON.stringify({ version: '1', dependencies });
  const folder = await plant({
    'package.json': manifest({ hono: '1', yaml: '2' }),
    'packages/tester/package.json': manifest({ hono: '1', ws: '1' }),
    'packages/tester/src/x.ts': "import 'hono/client';\nimport '@sluice/lib/y.ts';\nimport 'node:fs';\n",
  });
  expect(checkPackages(folder).violations).toEqual([
    'packages/tester imports @sluice/lib and does not name it',
    'packages/tester names ws and does not import it',
    'package.json does not name what the packages need, in their versions',
  ]);
});

/** `packages/kube/src/objects/x.ts` of `kube/objects`. */
const fileIn = (room: string, name = 'x'): string => {
  const [folder, ...rest] = room.split('/');
  return ['packages', folder, 'src', ...rest, `${name}.ts`].join('/');
};
const importOf = (room: string): string => {
  const [folder, ...rest] = room.split('/');
  return ['@sluice', folder, ...rest, 'y.ts'].join('/');
};

describe('the import table', () => {
  test.each([
    ['lib', 'kube/objects'],
    ['kube/cache', 'sluice/rules'],
    ['kube/objects', 'sluice/api'],
    ['sluice/api', 'sluice/ports'],
    ['sluice/api', 'kube/client'],
    ['sluice/ports', 'sluice/rules'],
    ['sluice/rules', 'sluice/rollout'],
    ['sluice/routers', 'sluice/workloads'],
    ['sluice/scalers', 'sluice/workloads'],
    ['sluice/metrics', 'sluice/platform'],
    ['sluice/webhooks', 'sluice/platform'],
    ['sluice/rollout', 'kube/client'],
    ['sluice/rollout', 'kube/cache'],
    ['sluice/controller', 'sluice/routers'],
    ['sluice/controller', 'local/store'],
    ['tester/gates', 'sluice/rules'],
    ['tester/gates', 'kube/client'],
    ['local/store', 'sluice/controller'],
    ['local/store', 'tester/gates'],
    ['sluice/console', 'kube/client'],
    ['sluice/controller', 'sluice/cli'],
  ])('%s may not import %s', async (room, other) => {
    const folder = await plant({ [fileIn(room)]: `import { y } from '${importOf(other)}';\n` });
    expect((await checkArchitecture(folder)).violations).toEqual([
      `${fileIn(room)} imports ${importOf(other)}: ${room} may not import ${other}`,
    ]);
  });

  test.each([
    ['lib/time', 'lib/json'],
    ['kube/cache', 'kube/client'],
    ['kube/cache', 'lib/time'],
    ['sluice/api', 'kube/objects'],
    ['sluice/ports', 'sluice/api'],
    ['sluice/rules', 'kube/objects'],
    ['sluice/routers', 'sluice/rules'],
    ['sluice/rollout', 'sluice/webhooks'],
    ['sluice/rollout', 'kube/ports'],
    ['sluice/controller', 'sluice/rollout'],
    ['sluice/controller', 'kube/cache'],
    ['sluice/cli', 'local/store'],
    ['sluice/cli', 'sluice/controller'],
    ['local/store', 'local/api'],
  ])('%s may import %s', async (room, other) => {
    const folder = await plant({ [fileIn(room)]: `import type { y } from '${importOf(other)}';\n` });
    expect((await checkArchitecture(folder)).violations).toEqual([]);
  });

  test.each([
    ['a type', "import type { y } from '../rollout/y.ts';"],
    ['a list over several lines', "import {\n  y,\n  z,\n} from '../rollout/y.ts';"],
    ['what it does when loaded', "import '../rollout/y.ts';"],
    ['at run time', "export const y = await import('../rollout/y.ts');"],
    ['to hand it on', "export { y } from '../rollout/y.ts';"],
    ['all of it', "export * from '../rollout/y.ts';"],
    ['by a way round', "import { y } from './../rules/../rollout/y.ts';"],
    ['from another package', "import { y } from '@sluice/local/store/y.ts';"],
  ])('a wrong import is seen when it takes %s', async (_case, statement) => {
    const folder = await plant({ 'packages/sluice/src/rules/x.ts': `${statement}\n` });
    expect((await checkArchitecture(folder)).violations).toHaveLength(1);
  });

  test('rules take types of ports, no values', async () => {
    const folder = await plant({
      [fileIn('sluice/rules', 'types')]: "import type { Router } from '../ports/router.ts';\n",
      [fileIn('sluice/rules', 'values')]: "import { router } from '../ports/router.ts';\n",
    });
    expect((await checkArchitecture(folder)).violations).toEqual([
      'packages/sluice/src/rules/values.ts imports ../ports/router.ts: rules may import only types of ports',
    ]);
  });

  test('sources do not reach outside of packages; tests beside them may', async () => {
    const from = '../../../test/support/fakes/fake-clock.ts';
    const statement = `import { createFakeClock } from '${from}';\n`;
    const folder = await plant({ [fileIn('lib')]: statement, [fileIn('lib', 'x.test')]: statement });
    expect((await checkArchitecture(folder)).violations).toEqual([
      `packages/lib/src/x.ts imports ${from}, which is outside of packages`,
    ]);
  });

  test('another package is imported by its name', async () => {
    const from = '../../lib/src/y.ts';
    const folder = await plant({ [fileIn('kube')]: `import { y } from '${from}';\n` });
    expect((await checkArchitecture(folder)).violations).toEqual([
      `packages/kube/src/x.ts imports ${from}: another package is imported by its name, @sluice/lib`,
    ]);
  });

  test('files of two packages that import one another are a cycle', async () => {
    const folder = await plant({
      [fileIn('sluice/rules', 'a')]: "import type { b } from './b.ts';\n",
      [fileIn('sluice/rules', 'b')]: "import type { a } from '@sluice/sluice/rules/a.ts';\n",
    });
    expect((await checkArchitecture(folder)).violations).toHaveLength(1);
  });

  test('a room that nobody entered in the table is a violation', async () => {
    const folder = await plant({ 'packages/sluice/src/utils/x.ts': 'export const x = 1;\n' });
    expect((await checkArchitecture(folder)).violations).toHaveLength(1);
  });
});

describe('the form of a file', () => {
  test.each<[string, string, string, string]>([
    ['a missing .ts', 'packages/lib/src/x.ts', "import { y } from './y';\n", 'imports ./y without its .ts'],
    ['a default export', 'packages/lib/src/x.ts', 'export default 1;\n', 'has a default export'],
    ['a long source', 'packages/lib/src/x.ts', '//\n'.repeat(301), 'has 301 lines; at most 300'],
    ['a long test', 'test/x.test.ts', '//\n'.repeat(501), 'has 501 lines; at most 500'],
    [
      'files in rules',
      'packages/sluice/src/rules/x.ts',
      "import 'node:fs';\n",
      'imports node:fs: sluice/rules does no I/O',
    ],
    [
      'time',
      'packages/sluice/src/rules/x.ts',
      'export const x = Date.now();\n',
      'uses Date.now: take it as a dependency',
    ],
    ['timers', 'packages/kube/src/x.ts', 'setTimeout(f, 1);\n', 'uses setTimeout: take it as a dependency'],
    [
      'chance',
      'packages/sluice/src/rollout/x.ts',
      'f(Math.random());\n',
      'uses Math.random: take it as a dependency',
    ],
    [
      'an id by chance',
      'packages/sluice/src/webhooks/x.ts',
      'f(randomUUID());\n',
      'uses randomUUID: take it as a dependency',
    ],
    [
      'the process',
      'packages/sluice/src/webhooks/x.ts',
      'f(process.env.X);\n',
      'uses process.env: take it as a dependency',
    ],
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
    const folderRoot = await plant({
      'packages/kube/src/x.ts': text,
      [`packages/lib/src/time/${original}.ts`]: text,
    });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([
      `packages/kube/src/x.ts has \`${found}\`: use packages/lib/src/time/${original}.ts`,
    ]);
  });

  test('a power of two that is a number is no back-off', async () => {
    const folderRoot = await plant({ 'packages/kube/src/x.ts': 'const longestMs = 2 ** 31 - 1;\n' });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([]);
  });

  test('words in comments, texts and names of methods are no use of the process', async () => {
    const text =
      "// Math.random\n/** Date.now */\nconst x = 'process.env'; clock.setTimeout(); call.process.id;\n";
    const folderRoot = await plant({
      'packages/sluice/src/rules/x.ts': text,
      'packages/sluice/src/platform/y.ts': 'Date.now();\n',
    });
    expect((await checkArchitecture(folderRoot)).violations).toEqual([]);
  });
});

test('a provider without its index line and its page is seen', async () => {
  const folderRoot = await plant({
    'packages/sluice/src/routers/istio.ts': 'export const istio: Router = {};\n',
    'packages/sluice/src/routers/nginx.ts': 'export const nginx = {\n} satisfies Router;\n',
    'packages/sluice/src/routers/kuma.ts': 'export const kuma = createKumaRouter({});\n',
    'packages/sluice/src/routers/route-match.ts':
      'export const match = 1;\nexport const all: readonly Router[] = [];\n',
    'packages/sluice/src/routers/index.ts':
      "import { nginx } from './nginx.ts';\nimport { kuma } from './kuma.ts';\n",
    'docs/reference/routers/kuma.md': '# kuma\n',
    'docs/reference/routers/nginx.md': '# nginx\n',
  });
  expect(await checkProviders(folderRoot)).toEqual({
    seen: ['routers/istio', 'routers/kuma', 'routers/nginx'],
    violations: [
      'packages/sluice/src/routers/index.ts lacks istio',
      'docs/reference/routers/istio.md is missing',
    ],
  });
});
