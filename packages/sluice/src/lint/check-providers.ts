import { alertProviderSpecSchema } from '../api/alert-provider.ts';
import { metricTemplateSpecSchema } from '../api/metric-template.ts';
import { parseAlertProvider, parseMetricTemplate } from '../api/parse-provider.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { FieldProblem } from '../api/field-problem.ts';
import { draftsOf } from './check-canary.ts';
import type { Draft } from './finding.ts';
import { findUnknownFields } from './find-unknown-fields.ts';
import type { LintParts } from './lint-parts.ts';

/** Problems of a MetricTemplate by itself; its query is rendered with each Canary that names it. */
export function checkMetricTemplate(object: AnyKubeObject, parts: LintParts): readonly Draft[] {
  const parsed = parseMetricTemplate(object);
  if ('problems' in parsed) return withUnknown(object, parsed.problems, metricTemplateSpecSchema);
  const { type } = parsed.template.spec.provider;
  const unknown = withUnknown(object, [], metricTemplateSpecSchema);
  if (parts.isMetricProvider(type)) return unknown;
  const message = `spec.provider.type is ${JSON.stringify(type)}: this back end is not supported, and each Canary that names the template is Invalid`;
  return [{ rule: 'METRIC004', field: 'spec.provider.type', message }, ...unknown];
}

export function checkAlertProvider(object: AnyKubeObject): readonly Draft[] {
  const parsed = parseAlertProvider(object);
  return withUnknown(object, 'problems' in parsed ? parsed.problems : [], alertProviderSpecSchema);
}

function withUnknown(
  object: AnyKubeObject,
  problems: readonly FieldProblem[],
  schema: unknown,
): readonly Draft[] {
  const isLarge = problems.some(({ field }) => field === 'spec');
  return [
    ...draftsOf(problems, 'schema'),
    ...(isLarge ? [] : findUnknownFields(schema, object['spec'], 'spec')),
  ];
}
