import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fileOf } from '../../../scripts/mutation/killing-test.ts';
import type { KillingTest } from '../../../scripts/mutation/killing-test.ts';
import { readGuards } from '../../../scripts/mutation/read-guards.ts';
import { readTitles } from '../../../scripts/mutation/read-titles.ts';
import { takeAway } from '../../../scripts/mutation/take-away.ts';

export interface CheckedGuards {
  /** Source files that were read. */
  readonly files: number;
  /** Guards that are marked in them. */
  readonly guards: number;
  /** Tests whose title was looked up. */
  readonly tests: number;
  readonly violations: readonly string[];
}

/** Holds the markers in `src` and the tables of killing tests against each other. */
export function checkGuards(
  root: string,
  entries: readonly (readonly [name: string, test: KillingTest])[],
): CheckedGuards {
  const { files, places, problems } = readGuards(root);
  const listed = new Set(entries.map(([name]) => name));
  const violations = [
    ...problems,
    ...[...places.keys()].filter((name) => !listed.has(name)).map((name) => `${name} has no killing test`),
    ...[...listed].filter((name) => !places.has(name)).map((name) => `${name} is marked nowhere in src`),
    ...repeated(entries.map(([name]) => name)).map((name) => `${name} has two killing tests`),
    ...[...places].flatMap(([name, where]) => [...where].flatMap((file) => applies(root, file, name))),
    ...missingTests(root, entries),
  ];
  return { files, guards: places.size, tests: entries.length, violations };
}

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

function applies(root: string, file: string, name: string): readonly string[] {
  const mutant = takeAway(file, readFileSync(join(root, file), 'utf8'), name);
  return 'problem' in mutant ? [mutant.problem] : [];
}

function missingTests(
  root: string,
  entries: readonly (readonly [name: string, test: KillingTest])[],
): readonly string[] {
  const titles = new Map<string, readonly string[]>();
  return entries.flatMap(([name, test]) => {
    const file = fileOf(test);
    if (!existsSync(join(root, file))) return [`${name}: ${file} does not exist`];
    if (!titles.has(file)) titles.set(file, readTitles(file, readFileSync(join(root, file), 'utf8')));
    const found = titles.get(file)?.some((title) => test[1] !== '' && title.includes(test[1]));
    return found === true ? [] : [`${name}: ${file} has no test "${test[1]}"`];
  });
}
