import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { stringify } from 'yaml';

import { buildCrds } from '@sluice/sluice/api/crds.ts';
import { outputSchemas, schemaFile } from '@sluice/sluice/cli/rollouts/output-schemas.ts';
import { rolloutViewSchema } from '@sluice/sluice/view/rollout-view-schema.ts';
import { modelFields } from './model-fields.ts';
import {
  renderChartDecisions,
  renderKustomizePolicy,
  renderKustomizeUserRoles,
} from './decision-policy/render-policy.ts';
import { renderPermissionsPage } from './permissions/permissions-page.ts';
import { renderChartRules, renderKustomizeRoles } from './permissions/render-roles.ts';
import { readAssets } from './console-assets.ts';
import { renderFieldPage } from './field-page/render-field-page.ts';
import { renderPhasePage } from './phase-page.ts';

/**
 * Writes the files that derive from code: the CRDs, the roles, the decision policy, the fields of the built-in kinds, what
 * browsers get of the console, and pages of the reference. With --check it writes nothing and fails when a file differs from
 * what it would write.
 */
const root = join(import.meta.dirname, '..');
// `helm show crds` puts nothing between the files.
const header = '---\n# Generated from packages/sluice/src/api by `npm run generate`. Do not edit.\n';

function generatedFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const crd of buildCrds()) {
    const plural = crd.metadata.name.split('.')[0] ?? '';
    // Without aliases: one schema object stands in several places, and people read this file.
    const yaml = stringify(crd, { aliasDuplicateObjects: false, lineWidth: 110 });
    // Helm reads nothing outside of a chart, kubectl should not have to look inside.
    for (const folder of ['deploy/crds', 'deploy/chart/sluice/crds'])
      files.set(join(folder, `${plural}.yaml`), header + yaml);
  }
  files.set(
    'packages/local/src/store/schema/model-fields.json',
    `${JSON.stringify(modelFields(), null, 1)}\n`,
  );
  for (const [name, schema] of viewSchemas()) files.set(join('deploy/schemas', name), schema);
  files.set('packages/sluice/src/console/assets/contents.json', readAssets(root));
  files.set('docs/reference/phases.md', renderPhasePage());
  files.set('docs/reference/canary.md', renderFieldPage());
  files.set('docs/reference/permissions.md', renderPermissionsPage());
  files.set('deploy/chart/sluice/templates/_rules.tpl', renderChartRules());
  files.set('deploy/kustomize/roles.yaml', renderKustomizeRoles());
  files.set('deploy/chart/sluice/templates/_decisions.tpl', renderChartDecisions());
  files.set('deploy/kustomize/decision-policy.yaml', renderKustomizePolicy());
  files.set('deploy/kustomize/user-roles.yaml', renderKustomizeUserRoles());
  return files;
}

function viewSchemas(): readonly (readonly [string, string])[] {
  const all = Object.entries({
    RolloutView: { printedBy: '`sluice status -o json`', schema: rolloutViewSchema },
    ...outputSchemas,
  });
  return all.map(([kind, { printedBy, schema }]) => {
    const $schema = 'https://json-schema.org/draft/2020-12/schema';
    const titled = { $schema, title: `${kind}: what ${printedBy} prints`, ...schema };
    return [schemaFile(kind), `${JSON.stringify(titled, null, 2)}\n`];
  });
}

async function differs(file: string, content: string): Promise<boolean> {
  try {
    return (await readFile(join(root, file), 'utf8')) !== content;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true;
    throw error;
  }
}

const check = process.argv.includes('--check');
for (const [file, content] of generatedFiles()) {
  if (!(await differs(file, content))) continue;
  if (check) {
    console.error(`${file} is not what the code says: run \`npm run generate\` and commit it.`);
    process.exitCode = 1;
  } else {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), content);
    console.log(`wrote ${file}`);
  }
}
