import { access, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const sources = 'packages/sluice/src';
const folders = ['workloads', 'scalers', 'routers', 'metrics', 'alerts'];
/** A provider is a plain object of its port's type, exported by the file that is named after it. */
const port = '(?:Router|Workload|Scaler|MetricProvider|AlertKind)';
const providerExport = new RegExp(
  `^export const \\w+(?:: ${port}\\b| = create\\w*${port}\\(| = \\{[^;]*\\} satisfies ${port}\\b)`,
  'm',
);

export interface Providers {
  /** `routers/kubernetes`, sorted. */
  readonly seen: readonly string[];
  readonly violations: readonly string[];
}

/** Each provider has a line in its folder's index.ts and a page in docs/reference. */
export async function checkProviders(root: string): Promise<Providers> {
  const seen: string[] = [];
  const violations: string[] = [];
  for (const folder of folders) {
    const index = await readOrEmpty(join(root, sources, folder, 'index.ts'));
    for (const name of await providerFiles(root, folder)) {
      seen.push(`${folder}/${name}`);
      if (!index.includes(`from './${name}.ts'`))
        violations.push(`${sources}/${folder}/index.ts lacks ${name}`);
      const page = `docs/reference/${folder}/${name}.md`;
      if (!(await exists(join(root, page)))) violations.push(`${page} is missing`);
    }
  }
  return { seen: seen.toSorted(), violations };
}

async function providerFiles(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, sources, folder)).catch(() => []);
  const names: string[] = [];
  for (const entry of entries) {
    if (!entry.endsWith('.ts') || entry.endsWith('.test.ts') || entry === 'index.ts') continue;
    const text = await readFile(join(root, sources, folder, entry), 'utf8');
    if (providerExport.test(text)) names.push(entry.slice(0, -'.ts'.length));
  }
  return names;
}

const readOrEmpty = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
