import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { controllerFlags, parseControllerFlags } from '@sluice/sluice/cli/controller-flags.ts';
import { version } from '@sluice/sluice/cli/version.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';

const read = (path: string): Promise<string> => readFile(path, 'utf8');

/** `-flag=value` of templates, whatever the value is. */
async function flagsIn(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => read(join(folder, file))));
  return texts.flatMap((text) =>
    [...text.matchAll(/(?:- |")-([a-z][a-z-]+)=/g)].map(([, name = '']) => name),
  );
}

/** Names of a values file, two levels deep: `slack.url`. */
function namesOf(values: unknown): readonly string[] {
  return Object.entries(asRecord(values)).flatMap(([name, value]) => [
    name,
    ...Object.keys(asRecord(value)).map((inner) => `${name}.${inner}`),
  ]);
}

/** What only Flagger's values files name: refused with a sentence, or read under the name that was meant. */
const onlyFlaggers = ['slack.proxy', 'rbac.pspEnabled', 'meshName'];

const charts = ['sluice', 'sluice-tester'];

describe('the charts', () => {
  it('give the controller only flags that it knows', async () => {
    const given = await flagsIn('deploy/chart/sluice/templates');
    expect(given.length).toBeGreaterThan(20);
    expect(given.filter((flag) => !Object.hasOwn(controllerFlags, flag))).toEqual([]);
  });

  it('give the tester only flags that it knows', async () => {
    const given = await flagsIn('deploy/chart/sluice-tester/templates');
    expect(given.length).toBeGreaterThan(4);
    const page = await read('docs/reference/tester.md');
    expect(given.filter((flag) => !page.includes(`\`-${flag}\``))).toEqual([]);
  });

  it.each(charts)('%s has the version of the project', async (chart) => {
    const { version: own, appVersion } = asRecord(parse(await read(`deploy/chart/${chart}/Chart.yaml`)));
    expect([own, appVersion]).toEqual([version, version]);
  });

  it.each(charts)('%s uses no value in a template that its values file does not name', async (chart) => {
    const folder = `deploy/chart/${chart}`;
    const known = new Set(namesOf(parse(await read(`${folder}/values.yaml`))));
    const schema = asRecord(asRecord(JSON.parse(await read(`${folder}/values.schema.json`)))['properties']);
    const files = await readdir(join(folder, 'templates'));
    const texts = await Promise.all(files.map((file) => read(join(folder, 'templates', file))));
    const used = texts.flatMap((text) =>
      [...text.matchAll(/\.Values\.([A-Za-z]+(?:\.[A-Za-z]+)?)/g)].map(([, name = '']) => name),
    );
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((name) => !known.has(name) && !onlyFlaggers.includes(name))).toEqual([]);
    expect([...known].filter((name) => !name.includes('.') && !Object.hasOwn(schema, name))).toEqual([]);
  });
});

describe('the page of the tester', () => {
  it('names the programs that the Dockerfile puts into its image, with their versions', async () => {
    const dockerfile = await read('Dockerfile');
    const page = await read('docs/reference/tester.md');
    const pinned = [...dockerfile.matchAll(/\/(helm|hey|kubectl)[@:]v([\d.]+)/g)];
    expect(new Set(pinned.map(([, name]) => name))).toEqual(new Set(['helm', 'hey', 'kubectl']));
    for (const [, name = '', version = ''] of pinned)
      expect(page).toMatch(new RegExp(`\\| \`${name}\` +\\| ${version.replaceAll('.', '\\.')} +\\|`));
    const packages = /--no-install-recommends (.*) \\/.exec(dockerfile)?.[1]?.split(' ') ?? [];
    expect(packages).toContain('curl');
    const unnamed = packages.filter((name) => name !== 'ca-certificates' && !page.includes(`\`${name}\``));
    expect(unnamed).toEqual([]);
  });
});

describe('the guides', () => {
  it('name values that the charts have', async () => {
    const values = await Promise.all(charts.map((chart) => read(`deploy/chart/${chart}/values.yaml`)));
    const known = values.flatMap((text) => namesOf(parse(text)));
    const guides = ['README.md', 'docs/guides/install.md', 'docs/guides/switch-over.md'];
    const texts = (await Promise.all(guides.map(read))).join('\n');
    const cells = (await read('docs/guides/install.md')).matchAll(/^\| `([A-Za-z.]+)` +\|/gm);
    const named = [...texts.matchAll(/--set ([A-Za-z.]+)=/g), ...cells].map(([, name = '']) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });
});

describe('the kustomize base', () => {
  it('names the version of the project', async () => {
    expect(await read('deploy/kustomize/kustomization.yaml')).toContain(`newTag: ${version}`);
  });

  it('gives the controller flags that have an effect', async () => {
    const text = await read('deploy/kustomize/deployment.yaml');
    const args = [...text.matchAll(/- (-[a-z-]+=.*)/g)].map(([, arg = '']) => arg);
    expect(args.length).toBeGreaterThan(3);
    expect(parseControllerFlags(args)).toMatchObject({ ignored: [] });
  });
});
