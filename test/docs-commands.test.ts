import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { asRecord } from '@sluice/lib/json/json-read.ts';
import { buildCrds } from '@sluice/sluice/api/crds.ts';
import { commands } from '@sluice/sluice/cli/commands.ts';
import { commandsOf } from './support/docs/read-commands.ts';
import type { ShellCommand } from './support/docs/read-commands.ts';
import { readPages, root } from './support/docs/read-pages.ts';

const pages = readPages();
const found = pages.flatMap((page) => commandsOf(page, ['sluice', 'npm', 'kubectl', 'helm']));
const of = (program: string): readonly ShellCommand[] => found.filter(({ words }) => words[0] === program);
const shown = ({ at, line }: ShellCommand): string => `${at}: ${line}`;

/** `--namespace` of `--namespace=test`; single letters and words of files are left out. */
const flagsOf = (words: readonly string[]): readonly string[] =>
  words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/s, ''));

/** A command of Sluice with its arguments, whether it is called by `sluice` or through npm. */
const own = [
  ...of('sluice').map((command) => ({ ...command, args: command.words.slice(1) })),
  ...of('npm')
    .filter(({ words }) => words[1] === 'run' && words[2] === 'sluice' && words.length > 4)
    .map((command) => ({ ...command, args: command.words.slice(4) })),
  ...of('npm')
    .filter(({ words }) => words[1] === 'start')
    .map((command) => ({ ...command, args: ['start', ...command.words.slice(3)] })),
].filter(({ args }) => !/^[<[]/.test(args[0] ?? '<'));

describe('a command line', () => {
  test('is found in blocks and in the text, with its continuation, pipes and assignments', () => {
    const text = [
      'Text `kubectl get pods` and `other`.',
      '',
      '    kubectl -n a exec b -- \\',
      '      curl "c d" | kubectl wait x # kubectl comment',
      '',
      '```sh',
      'until p=$(kubectl get y) && true; do kubectl logs z; done',
      '```',
      '',
      '```',
      'kubectl is not read here',
      '```',
    ].join('\n');
    expect(
      commandsOf({ file: 'a.md', text }, ['kubectl']).map(({ words }) => words.slice(1).join(' ')),
    ).toEqual(['-n a exec b -- curl c d', 'wait x', 'get y', 'logs z', 'get pods']);
  });

  test.each([
    ['kubectl get pods', true],
    ['kubectl -n test --context=a get pods', true],
    ['kubectl', true],
    ['kubectl fetch pods', false],
    ['kubectl -n test', false],
  ])('%s: %s', (line, isRight) => {
    expect(isKubectl(line.split(' '))).toBe(isRight);
  });
});

describe('the commands of the documents', () => {
  const help = new Map<string, string>();
  beforeAll(async () => {
    const names = commands.filter((command) => command.hidden !== true).map((command) => command.name);
    const main = join(root, 'packages/sluice/src/cli/main.ts');
    const texts = names.map(async (name) => {
      const { stdout } = await promisify(execFile)(process.execPath, [main, 'help', name]);
      help.set(name, stdout);
    });
    await Promise.all(texts);
  });

  test('of Sluice exist, with each flag', () => {
    expect(own.length).toBeGreaterThan(20);
    const unknown = own.filter(({ args: [name = '', ...args] }) => {
      if (['help', '--help', '--version'].includes(name)) return args.some((arg) => !help.has(arg));
      const text = help.get(name);
      const isKnown = (flag: string): boolean =>
        new RegExp(`(^|[\\s,])--?${flag.replace(/^-+/, '')}\\b`, 'm').test(text ?? '');
      return text === undefined || !flagsOf(args).every((flag) => /^--?help$/.test(flag) || isKnown(flag));
    });
    expect(unknown.map(shown)).toEqual([]);
  });

  test('of npm exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const npm = of('npm');
    expect(npm.length).toBeGreaterThan(10);
    const unknown = npm.filter(({ words: [, verb = '', name = ''] }) =>
      verb === 'run'
        ? !Object.hasOwn(scripts, name)
        : !['ci', 'cit', 'start', 'test', 'install', 'pack', 'audit'].includes(verb),
    );
    expect(unknown.map(shown)).toEqual([]);
  });

  test('of kubectl have a verb of kubectl', () => {
    const kubectl = of('kubectl');
    expect(kubectl.length).toBeGreaterThan(40);
    expect(kubectl.filter(({ words }) => !isKubectl(words)).map(shown)).toEqual([]);
  });

  test('of helm have a verb of helm, and set values that the chart has', () => {
    // The name of the program alone stands in the text.
    const helm = of('helm').filter(({ words }) => words.length > 1);
    expect(helm.length).toBeGreaterThan(5);
    const verbs = ['upgrade', 'uninstall', 'install', 'get', 'test', 'template', 'show', 'pull'];
    const wrong = helm.filter(({ words }) => {
      const chart = words.find((word) => word.startsWith('deploy/chart/'));
      const values = chart === undefined ? undefined : valuesOf(chart);
      const set = words.filter((_word, index) => words[index - 1] === '--set');
      return (
        !verbs.includes(words[1] ?? '') || set.some((pair) => !hasValue(values, pair.replace(/=.*/s, '')))
      );
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  test('print fields of the status that exist', () => {
    const paths = pages.flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter((line) => /kubectl.*canar/.test(line))
        .flatMap((line) =>
          [...line.matchAll(/\.(status\.[A-Za-z.]+)/g)].map(([, path = '']) => ({ file, path })),
        ),
    );
    expect(paths.length).toBeGreaterThan(10);
    expect(paths.filter(({ path }) => !hasField(path.split('.')))).toEqual([]);
  });
});

/** Verbs of kubectl that read or change a cluster as documents do. */
const verbs =
  'annotate api-resources apply auth create debug delete describe drain edit events exec explain get label logs patch port-forward proxy rollout scale set top version wait'.split(
    ' ',
  );

/** Flags that stand before a verb take a value. */
function isKubectl([, ...words]: readonly string[]): boolean {
  let index = 0;
  while (words[index]?.startsWith('-') === true) index += (words[index] ?? '').includes('=') ? 1 : 2;
  const verb = words[index];
  // The name of the program alone stands in the text.
  return verb === undefined ? words.length === 0 : verbs.includes(verb);
}

const valuesOf = (chart: string): unknown => parse(readFileSync(join(root, chart, 'values.yaml'), 'utf8'));

/** Deep keys of a values file, such as `image.repository`. */
const hasValue = (values: unknown, path: string): boolean => {
  const [first = '', ...rest] = path.split('.');
  const record = asRecord(values);
  if (!Object.hasOwn(record, first)) return false;
  return rest.length === 0 || hasValue(record[first], rest.join('.'));
};

function hasField(path: readonly string[]): boolean {
  const canary = buildCrds().find(({ metadata }) => metadata.name === 'canaries.flagger.app');
  const [version] = Array.isArray(canary?.spec['versions']) ? canary.spec['versions'] : [];
  let schema = asRecord(asRecord(asRecord(version)['schema'])['openAPIV3Schema']);
  for (const name of path) {
    const within = asRecord(schema['items'] === undefined ? schema : schema['items']);
    schema = asRecord(asRecord(within['properties'])[name]);
    if (Object.keys(schema).length === 0) return false;
  }
  return true;
}
