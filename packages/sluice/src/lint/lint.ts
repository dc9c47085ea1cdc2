import type { AnyKubeObject, ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import { checkAlertProvider, checkMetricTemplate } from './check-providers.ts';
import { checkCanary } from './check-canary.ts';
import { checkTogether } from './check-together.ts';
import type { Draft, LintFinding, LintReport } from './finding.ts';
import { mostFindings } from './finding.ts';
import { findUnknownMetadata } from './find-unknown-fields.ts';
import { isIgnored, readIgnored } from './ignored.ts';
import type { LintParts, LintSettings } from './lint-parts.ts';
import { readObjects } from './read-objects.ts';
import type { FileObjects, FoundObject } from './read-objects.ts';
import { rules } from './rules.ts';
import type { Severity } from './rules.ts';

export interface LintFile {
  /** As it is shown; `-` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** Checks the Canaries, MetricTemplates and AlertProviders of some files, without a cluster. Pure. */
export function lint(files: readonly LintFile[], parts: LintParts, settings: LintSettings): LintReport {
  const read = files.map(({ name, text }) => ({ name, text, ...readObjects(text) }));
  const templates = templatesOf(read);
  const findMetricTemplate = ({ namespace = '', name }: ObjectRef) => templates.get(`${namespace}/${name}`);
  const context = { parts, settings, findMetricTemplate };
  const findings = read.flatMap((file) => lintFile(file, (object) => checkObject(object, context)));
  const counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return {
    files: files.length,
    checked: sum(read.map(({ objects }) => objects.length)),
    skipped: sum(read.map(({ skipped }) => skipped)),
    findings: findings.slice(0, /* guard: findings-are-bounded */ mostFindings),
    omitted: Math.max(0, findings.length - mostFindings),
    counts,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function templatesOf(files: readonly FileObjects[]): ReadonlyMap<string, AnyKubeObject> {
  const templates = files
    .flatMap(({ objects }) => objects)
    .filter(({ object }) => object.kind === 'MetricTemplate');
  return new Map(
    templates.map(({ object }) => [`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object]),
  );
}

type Context = Parameters<typeof checkCanary>[1];

function checkObject(object: AnyKubeObject, context: Context): readonly Draft[] {
  if (object.kind === 'Canary') return checkCanary(object, context);
  if (object.kind === 'MetricTemplate') return checkMetricTemplate(object, context.parts);
  return object.kind === 'AlertProvider' ? checkAlertProvider(object) : [];
}

function lintFile(
  file: LintFile & FileObjects,
  check: (object: AnyKubeObject) => readonly Draft[],
): readonly LintFinding[] {
  const ignored = readIgnored(file.text);
  const together = checkTogether(
    file.objects.map(({ object, position }) => ({ object, line: position('').line })),
  );
  const ofObjects = file.objects.flatMap((found, index) => [
    ...draftsOf(found).map((draft) => place(draft, found, file.name)),
    ...[...check(found.object), ...(together[index] ?? [])].map((draft) => place(draft, found, file.name)),
  ]);
  const ofText = file.problems.map(({ rule, message, position }) => ({
    file: file.name,
    ...position,
    rule,
    severity: rules[rule].severity,
    message,
  }));
  return [...ofText, ...ofObjects]
    .filter((finding) => !isIgnored(finding, ignored))
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

const draftsOf = ({ written, drafts }: FoundObject): readonly Draft[] => [
  ...drafts,
  ...findUnknownMetadata(written),
];

const place = ({ rule, field, message }: Draft, { position }: FoundObject, file: string): LintFinding => ({
  file,
  ...position(field),
  rule,
  severity: rules[rule].severity,
  ...(field === '' ? {} : { field }),
  message,
});
