import { buildCrds } from '@sluice/sluice/api/crds.ts';
import type { CustomResourceDefinition } from '@sluice/sluice/api/crds.ts';
import { asRecord } from '@sluice/lib/json/json-read.ts';
import { choiceOf, fieldRows } from './field-rows.ts';
import type { FieldRow } from './field-rows.ts';
import { whyWithoutEffect } from './without-effect.ts';

/** docs/reference/canary.md: every field of the kinds that users write, from the CRDs. */
export function renderFieldPage(): string {
  return [introduction, ...buildCrds().flatMap(renderKind), statusText].join('\n\n').concat('\n');
}

const introduction = `# Fields of Canary, MetricTemplate and AlertProvider

<!-- Generated from packages/sluice/src/api by \`npm run generate\`. Do not edit. -->

This page is for people who write a Canary, a MetricTemplate or an AlertProvider. It lists every field with
its type, its default and its bounds. \`kubectl explain canary.spec.analysis\` shows the same descriptions.

- \`[]\` stands for an entry of a list, \`{}\` for a value of a map.
- A duration is a whole number of seconds or minutes, such as \`30s\` or \`1m\`.
- *No effect* marks a field of Flagger that Sluice accepts, so that existing files stay valid, and that changes nothing
  in this version.
- The condition \`Invalid\` of a Canary names a field that is wrong only together with others, such as a query
  template with an unknown variable.`;

const statusText = `## Status

The controller writes \`status\` of a Canary. [Status](status.md) describes its fields.`;

export const specOf = (crd: CustomResourceDefinition): Readonly<Record<string, unknown>> => {
  const [version] = Array.isArray(crd.spec['versions']) ? crd.spec['versions'] : [];
  const schema = asRecord(asRecord(asRecord(version)['schema'])['openAPIV3Schema']);
  return asRecord(asRecord(schema['properties'])['spec']);
};

export const kindOf = (crd: CustomResourceDefinition): string => String(asRecord(crd.spec['names'])['kind']);

function renderKind(crd: CustomResourceDefinition): readonly string[] {
  const kind = kindOf(crd);
  const spec = specOf(crd);
  const rows = fieldRows(spec, 'spec');
  const tables = [...groupRows(rows)].map(([path, group]) => renderTable(kind, path, group));
  const [choice] = choiceOf(spec['oneOf']);
  const rule = choice === undefined ? [] : [`A spec has ${choice.replace(/`type`, /, '')}.`];
  return [`## ${kind}`, `\`apiVersion: flagger.app/v1beta1\`, \`kind: ${kind}\``, ...rule, ...tables];
}

/** Objects with fewer fields stay in the table of what they are part of. */
const OWN_TABLE_FROM = 3;

/** Rows by the object that they are shown under. */
function groupRows(rows: readonly FieldRow[]): ReadonlyMap<string, readonly FieldRow[]> {
  const sizes = new Map<string, number>();
  for (const { path } of rows) sizes.set(parentOf(path), (sizes.get(parentOf(path)) ?? 0) + 1);
  const groups = new Map<string, FieldRow[]>();
  for (const row of rows) {
    const section = sectionOf(row.path, sizes);
    groups.set(section, [...(groups.get(section) ?? []), row]);
  }
  return groups;
}

function sectionOf(path: string, sizes: ReadonlyMap<string, number>): string {
  const parent = parentOf(path);
  if (parent === 'spec' || ((sizes.get(parent) ?? 0) >= OWN_TABLE_FROM && !isMatch(parent))) return parent;
  return sectionOf(parent, sizes);
}

/** `exact`, `prefix` and `regex` of every text condition would be tables of their own. */
const isMatch = (path: string): boolean =>
  /\{\}$|\.(uri|scheme|method|authority)$|allowOrigins\[\]$/.test(path);

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('.'));

function renderTable(kind: string, section: string, rows: readonly FieldRow[]): string {
  const outer = whyWithoutEffect(kind, section);
  const lines = rows.map((row) => {
    const name = row.path.slice(section.length + 1);
    const fallback = row.isRequired ? '**required**' : (row.fallback ?? '');
    const meaning = outer === undefined ? describe(kind, row) : row.description;
    return `| \`${name}\` | ${row.type} | ${fallback} | ${escape(row.bounds)} | ${escape(meaning)} |`;
  });
  return [
    `### ${section}`,
    '',
    ...(outer === undefined ? [] : [`*No effect*: ${outer}.`, '']),
    '| field | type | default | allowed | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function describe(kind: string, { path, description }: FieldRow): string {
  const why = whyWithoutEffect(kind, path);
  return why === undefined ? description : `${description} *No effect*: ${why}.`;
}

/** A bar ends a cell, also within code. */
const escape = (text: string): string => text.replaceAll('|', '\\|');
