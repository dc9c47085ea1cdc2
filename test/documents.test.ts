import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { canaryStatusSchema } from '@sluice/sluice/api/canary-status.ts';
import { webhookTypes } from '@sluice/sluice/api/canary-webhook.ts';
import { commands } from '@sluice/sluice/cli/commands.ts';
import { controllerFlags } from '@sluice/sluice/cli/controller-flags.ts';

const root = join(import.meta.dirname, '..');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');

/** Every document of the project, relative to its root. */
async function documents(): Promise<readonly string[]> {
  const found = ['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
  for (const folder of ['docs', 'examples']) {
    const entries = await readdir(join(root, folder), { recursive: true });
    found.push(...entries.filter((entry) => entry.endsWith('.md')).map((entry) => join(folder, entry)));
  }
  return found;
}

interface Row {
  readonly promise: string;
  /** `[file, title]`; empty where the cell says `none yet`. */
  readonly tests: readonly (readonly [string, string])[];
}

/** Rows of those tables of a page whose last column is called `test`. */
async function ledger(page: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let isLedger = false;
  let previous = '';
  for (const line of (await read(page)).split('\n')) {
    const cells = line.startsWith('| ') ? line.slice(2, -2).split(' | ') : [];
    if (cells.length > 0 && !previous.startsWith('| ')) isLedger = cells.at(-1) === 'test';
    else if (isLedger && cells.length > 0 && cells[0] !== '---') rows.push(rowOf(page, cells));
    previous = line;
  }
  return rows;
}

function rowOf(page: string, cells: readonly string[]): Row {
  const last = cells.at(-1) ?? '';
  const tests = last === 'none yet' ? [] : last.split('<br>').map((text) => readReference(page, text));
  return { promise: cells[0] ?? '', tests };
}

function readReference(page: string, text: string): readonly [string, string] {
  const match = /^`([^`]+)`: (.+)$/.exec(text);
  if (match === null) throw new Error(`${page}: "${text}" is not \`file\`: title`);
  return [match[1] ?? '', match[2] ?? ''];
}

async function hasTitle(file: string, title: string): Promise<boolean> {
  const source = (await read(file).catch(() => '')).replaceAll("\\'", "'");
  return ["'", '"', '`'].some((quote) => source.includes(quote + title + quote));
}

describe('the tables of promises', () => {
  test.each([
    ['docs/compatibility.md', 50],
    ['docs/security.md', 30],
  ])('%s names tests that exist', async (page, fewest) => {
    const rows = await ledger(page);
    expect(rows.length).toBeGreaterThan(fewest);
    const gone: string[] = [];
    for (const { tests } of rows) {
      for (const [file, title] of tests) if (!(await hasTitle(file, title))) gone.push(`${file}: ${title}`);
    }
    expect(gone).toEqual([]);
  });
});

/** Anchors of the headings of a page, as GitHub makes them. */
async function anchorsOf(file: string): Promise<readonly string[]> {
  const headings = (await read(file).catch(() => '')).match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the documents', () => {
  test('link to files that exist', async () => {
    const files = await documents();
    expect(files.length).toBeGreaterThan(20);
    const broken: string[] = [];
    for (const file of files) {
      for (const [, target = ''] of (await read(file)).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const there = access(join(root, dirname(file), target)).then(
          () => true,
          () => false,
        );
        if (!(await there)) broken.push(`${file}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('link to headings that exist', async () => {
    const missing: string[] = [];
    let links = 0;
    for (const file of await documents()) {
      for (const [, target = '', anchor = ''] of (await read(file)).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        links += 1;
        const other = target === '' ? file : join(dirname(file), target);
        if (!(await anchorsOf(other)).includes(anchor)) missing.push(`${file}: ${target}#${anchor}`);
      }
    }
    expect(links).toBeGreaterThan(20);
    expect(missing).toEqual([]);
  });

  test('are each linked from the index', async () => {
    const index = await read('docs/README.md');
    const linked = [...index.matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => join('docs', target));
    const inside = (await documents()).filter(
      (file) =>
        /^docs\/(guides|reference)\//.test(file) || /^docs\/(?!README|progress)[a-z]+\.md$/.test(file),
    );
    expect(inside.length).toBeGreaterThan(20);
    expect(inside.filter((file) => !linked.includes(file))).toEqual([]);
  });

  test.each(['README.md', 'docs/reference/hooks.md'])('%s tells of each type of hook', async (file) => {
    const text = await read(file);
    const types = webhookTypes.filter((type) => type !== '');
    expect(types.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
  });

  test('docs/reference/controller-flags.md names each flag of the controller', async () => {
    const text = await read('docs/reference/controller-flags.md');
    expect(Object.keys(controllerFlags).filter((flag) => !text.includes(`\`-${flag}\``))).toEqual([]);
  });

  test('docs/reference/status.md names each field of a status', async () => {
    const text = await read('docs/reference/status.md');
    const cookies = /Cookie$/;
    const fields = Object.keys(canaryStatusSchema.properties).filter((field) => !cookies.test(field));
    expect(fields.filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });

  test('README.md names each command that people call', async () => {
    const text = await read('README.md');
    const names = commands.filter((command) => command.hidden !== true).map((command) => command.name);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
