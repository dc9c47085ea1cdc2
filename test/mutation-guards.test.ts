import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import type { KillingTest } from '../scripts/mutation/killing-test.ts';
import { killingTests } from '../scripts/mutation/killing-tests.ts';
import { takeAway } from '../scripts/mutation/take-away.ts';
import { checkGuards } from './support/checks/check-guards.ts';

type Entry = readonly [name: string, test: KillingTest];

const planted: string[] = [];

/** A project of these files, and what the checker says of it with these entries. */
async function violationsOf(
  files: Readonly<Record<string, string>>,
  entries: readonly Entry[],
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-guards-'));
  planted.push(folder);
  for (const [file, text] of Object.entries({ ...sound, ...files })) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return checkGuards(folder, entries).violations;
}

const sound = {
  'packages/lib/src/door.ts': '// guard: a-closed-door\nif (!open) throw new Error();\n',
  'test/scenarios/doors.test.ts':
    "describe('a door', () => {\n  it.each(rows)(`that is ${'closed'} stays so`, () => {});\n});\n",
};
const listed: readonly Entry[] = [['a-closed-door', ['doors', 'a door > that is']]];

afterEach(async () => {
  for (const folder of planted.splice(0)) await rm(folder, { recursive: true, force: true });
});

describe('the guards of this project', () => {
  it('are marked in the source, can be taken away, and have a killing test that exists', () => {
    const { files, guards, tests, violations } = checkGuards(join(import.meta.dirname, '..'), killingTests);
    expect(violations).toEqual([]);
    expect(files).toBeGreaterThan(400);
    expect(guards).toBeGreaterThan(200);
    expect(tests).toBe(guards);
  });
});

describe('the check of the guards', () => {
  it('accepts a marker with an entry, and a title of a group and its test', async () => {
    expect(await violationsOf({}, listed)).toEqual([]);
  });

  it('finds a marker without an entry', async () => {
    expect(await violationsOf({}, [])).toEqual(['a-closed-door has no killing test']);
  });

  it('finds an entry without a marker', async () => {
    expect(await violationsOf({ 'packages/lib/src/door.ts': '' }, listed)).toEqual([
      'a-closed-door is marked nowhere in src',
    ]);
  });

  it.each([
    ['nothing', '// guard: a-closed-door\n'],
    ['a declaration', '// guard: a-closed-door\nconst door = 1;\n'],
    ['the last of a block', 'if (open) {\n  enter();\n  // guard: a-closed-door\n}\n'],
  ])('finds a marker before %s', async (_what, text) => {
    const found = await violationsOf({ 'packages/lib/src/door.ts': text }, listed);
    expect(found).toEqual([expect.stringContaining('a-closed-door stands before nothing that can go')]);
  });

  it.each(['guard:no-space', 'guard: Two Words', 'guard: a-name and more'])(
    'finds a marker that is not well-formed: %s',
    async (comment) => {
      const found = await violationsOf({ 'packages/lib/src/wall.ts': `// ${comment}\nstop();\n` }, listed);
      expect(found).toEqual(['packages/lib/src/wall.ts:1: a marker reads "guard: kebab-name"']);
    },
  );

  it('finds a file and a title that do not exist', async () => {
    expect(await violationsOf({}, [['a-closed-door', ['windows', 'a door']]])).toEqual([
      'a-closed-door: test/scenarios/windows.test.ts does not exist',
    ]);
    expect(await violationsOf({}, [['a-closed-door', ['doors', 'a gate']]])).toEqual([
      'a-closed-door: test/scenarios/doors.test.ts has no test "a gate"',
    ]);
    expect(await violationsOf({}, [['a-closed-door', ['doors', '']]])).toHaveLength(1);
  });

  it('finds an entry that stands in two tables', async () => {
    expect(await violationsOf({}, [...listed, ...listed])).toEqual(['a-closed-door has two killing tests']);
  });
});

describe('a guard that is taken away', () => {
  it.each([
    ['a statement', '/* guard: x */ stop(); go();', '{} go();'],
    ['an if, and its else stays', '/* guard: x */ if (a) b(); else c();', 'c();'],
    ['what an if does', 'if (a) /* guard: x */ b(); else c();', 'if (a) {} else c();'],
    ['an if after else', 'if (a) b(); else /* guard: x */ if (c) d(); else e();', 'if (a) b(); else e();'],
    ['the test of an if', 'if (/* guard: x */ !a) b();', 'if (true) b();'],
    ['the first operand', 'if (/* guard: x */ a && b) c();', 'if ((b)) c();'],
    ['an operand in the middle', 'f = a || /* guard: x */ b || c;', 'f = (a) || c;'],
    ['a default', 'f = a ?? /* guard: x */ b;', 'f = (a);'],
    ['a branch', 'f = () => a ? /* guard: x */ b : {};', 'f = () => ({});'],
    ['the other branch', 'f = a ? b : /* guard: x */ c;', 'f = (b);'],
    ['the first element', 'f = [/* guard: x */ a, b];', 'f = [b];'],
    ['the only element', 'f = [/* guard: x */ a,];', 'f = [];'],
    ['the last argument', 'f(a, /* guard: x */ b);', 'f(a,);'],
    ['a property', 'f = { a, /* guard: x */ ...b, c };', 'f = { a, c };'],
    ['a property of a pattern', 'const { /* guard: x */ a, ...b } = c;', 'const { ...b } = c;'],
    ['two entries of a list', 'f = { /* guard: x */ a, /* guard: x */ b, c };', 'f = { c };'],
    ['two branches', 'f = a ? /* guard: x */ b : c ? /* guard: x */ d : e;', 'f = ((e));'],
    ['two branches of an if', '/* guard: x */ if (a) b(); else /* guard: x */ c();', '{}'],
    ['two pieces', 'if (/* guard: x */ a || b) /* guard: x */ c();', 'if ((b)) {}'],
    ['a piece with two markers', '/* guard: y */ /* guard: x */ stop();', '/* guard: y */ {}'],
  ])('may be %s', (_what, source, expected) => {
    const mutant = takeAway('door.ts', source, 'x');
    expect(withoutSpace('text' in mutant ? mutant.text : mutant.problem)).toBe(withoutSpace(expected));
  });

  it('is an error where no marker has its name', () => {
    expect(takeAway('door.ts', 'stop();', 'x')).toEqual({ problem: 'door.ts: no marker x' });
  });
});

const withoutSpace = (text: string): string => text.replaceAll(/\s/g, '');
