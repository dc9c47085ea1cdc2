import { describe, expect, test } from 'vitest';

import flaggerFields from './__fixtures__/flagger-1.44-fields.json' with { type: 'json' };
import { buildCrds } from './crds.ts';

/** Facts of each field of Flagger 1.44's CRDs, a line each. Where ours say something else, on purpose. */
const deliberate: Readonly<Record<string, string>> = {
  // Every alternative of its oneOf asks for these; said once, where it can be read as a type.
  'canaries spec.analysis': 'object, required interval|threshold, oneOf',
  'alertproviders spec': 'object, required type, oneOf',
  // Let in, to be refused in status with a reason (packages/sluice/src/rules/validation/check-target.ts).
  'canaries spec.targetRef.kind': 'string, enum DaemonSet|Deployment|Service|StatefulSet',
  // A hook has a URL, or an approval instead.
  'canaries spec.analysis.webhooks[]': 'object, required name, oneOf',
  // There `required` stands on the list, where it means nothing.
  'canaries spec.service.mirror': 'array',
};

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

function versionOf(crd: { readonly spec: Schema }): Schema {
  const versions: unknown = crd.spec['versions'];
  const version: unknown = Array.isArray(versions) ? versions[0] : undefined;
  if (!isSchema(version)) throw new Error('no version');
  return version;
}

function rootOf(crd: { readonly spec: Schema }): Schema {
  let at: unknown = versionOf(crd);
  for (const name of ['schema', 'openAPIV3Schema']) at = isSchema(at) ? at[name] : undefined;
  if (!isSchema(at)) throw new Error('no schema');
  return at;
}

const upperBounds = ['maxLength', 'maxItems', 'maxProperties'];

/** Flagger's definitions bound almost nothing, ours every text, list and map of a spec. */
const withoutBoundsOfOurs = (ours: string | undefined, theirs: string): string | undefined =>
  ours
    ?.split(', ')
    .filter((fact) => theirs.includes(fact) || !upperBounds.some((bound) => fact.startsWith(bound)))
    .join(', ');

function describeField(schema: Schema): string {
  const facts = [schema['x-kubernetes-int-or-string'] === true ? 'int-or-string' : String(schema['type'])];
  if (Array.isArray(schema['enum'])) facts.push(`enum ${schema['enum'].join('|')}`);
  if (Array.isArray(schema['required']))
    facts.push(`required ${schema['required'].map(String).toSorted().join('|')}`);
  for (const key of ['default', 'minimum', 'maximum', 'minLength', ...upperBounds, 'pattern']) {
    const fact = schema[key];
    if (typeof fact === 'string' || typeof fact === 'number') facts.push(`${key} ${fact}`);
  }
  if (schema['oneOf'] !== undefined) facts.push('oneOf');
  const rules: unknown = schema['x-kubernetes-validations'];
  if (Array.isArray(rules)) facts.push(`rule ${rules.map((rule: { rule: string }) => rule.rule).join(';')}`);
  return facts.join(', ');
}

function fieldsOf(schema: Schema, path: string): readonly (readonly [string, string])[] {
  const children: [string, unknown][] = isSchema(schema['properties'])
    ? Object.entries(schema['properties']).map(([name, child]) => [
        path === '' ? name : `${path}.${name}`,
        child,
      ])
    : [];
  children.push([`${path}[]`, schema['items']], [`${path}{}`, schema['additionalProperties']]);
  return [
    [path, describeField(schema)],
    ...children.flatMap(([name, child]) => (isSchema(child) ? fieldsOf(child, name) : [])),
  ];
}

function isOpen(facts: string, isMap: boolean): boolean {
  if (facts.startsWith('string') || facts.startsWith('int-or-string'))
    return !facts.includes('enum ') && !facts.includes('maxLength ');
  if (facts.startsWith('array')) return !facts.includes('maxItems ');
  return isMap && !facts.includes('maxProperties ');
}

describe.each(Object.entries(flaggerFields))('%s', (plural, theirs: Readonly<Record<string, string>>) => {
  const crd = buildCrds().find(({ metadata }) => metadata.name === `${plural}.flagger.app`);
  if (crd === undefined) throw new Error(`no CRD ${plural}`);
  const ours = new Map(fieldsOf(rootOf(crd), ''));

  test('every field of Flagger is there, with its type, enum, default and bounds', () => {
    const differing = Object.entries(theirs).filter(
      ([path, facts]) =>
        withoutBoundsOfOurs(ours.get(path), facts) !== (deliberate[`${plural} ${path}`] ?? facts),
    );
    expect(differing.map(([path, facts]) => `${path}: ${facts} / ours ${ours.get(path)}`)).toEqual([]);
  });

  test('every text, list and map of a spec has an upper bound', () => {
    const unbounded = [...ours].filter(
      ([path, facts]) => path.startsWith('spec.') && isOpen(facts, ours.has(`${path}{}`)),
    );
    expect(unbounded).toEqual([]);
  });

  test('is a definition that Kubernetes takes: structural, with status, kept by Helm, in category all', () => {
    expect(crd.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect(crd.spec['names']).toMatchObject({ plural, categories: ['all'] });
    expect(versionOf(crd)).toMatchObject({ name: 'v1beta1', served: true, storage: true });
    expect(versionOf(crd)['subresources']).toEqual({ status: {} });
    const text = JSON.stringify(crd);
    for (const keyword of ['$ref', 'const', 'patternProperties', 'allowed', 'additionalItems']) {
      expect(text).not.toContain(`"${keyword}":`);
    }
    for (const [path, facts] of ours) expect(`${path} ${facts}`).not.toMatch(/ undefined/);
  });
});

test('the comparison reads a whole API, not an empty list', () => {
  expect(Object.keys(flaggerFields.canaries).length).toBeGreaterThan(300);
});

test('kubectl get canaries shows the columns that people know', () => {
  const [canaries] = buildCrds();
  const columns: unknown =
    canaries === undefined ? undefined : versionOf(canaries)['additionalPrinterColumns'];
  expect(columns).toEqual([
    { name: 'Status', type: 'string', jsonPath: '.status.phase' },
    { name: 'Weight', type: 'string', jsonPath: '.status.canaryWeight' },
    { name: 'Suspended', type: 'boolean', jsonPath: '.spec.suspend', priority: 1 },
    { name: 'FailedChecks', type: 'string', jsonPath: '.status.failedChecks', priority: 1 },
    { name: 'Interval', type: 'string', jsonPath: '.spec.analysis.interval', priority: 1 },
    { name: 'Mirror', type: 'boolean', jsonPath: '.spec.analysis.mirror', priority: 1 },
    { name: 'StepWeight', type: 'string', jsonPath: '.spec.analysis.stepWeight', priority: 1 },
    { name: 'StepWeights', type: 'string', jsonPath: '.spec.analysis.stepWeights', priority: 1 },
    { name: 'MaxWeight', type: 'string', jsonPath: '.spec.analysis.maxWeight', priority: 1 },
    { name: 'LastTransitionTime', type: 'string', jsonPath: '.status.lastTransitionTime' },
    { name: 'Reason', type: 'string', jsonPath: '.status.waiting.reason' },
    { name: 'Images', type: 'string', jsonPath: '.status.run.newImages', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', priority: 1 },
  ]);
});
