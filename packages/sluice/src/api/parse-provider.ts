import type { AlertProvider } from './alert-provider.ts';
import { alertProviderSpecSchema } from './alert-provider.ts';
import { byObject } from '@sluice/lib/json/by-object.ts';
import type { FieldProblem } from './field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { MetricTemplate } from './metric-template.ts';
import { metricTemplateSpecSchema } from './metric-template.ts';
import { createSchemaCheck } from './schema-problems.ts';
import type { SchemaCheck } from './schema-problems.ts';
import { sizeProblems, withFewValues } from './spec-size.ts';

const templateCheck = createSchemaCheck(metricTemplateSpecSchema);
const alertProviderCheck = createSchemaCheck(alertProviderSpecSchema);

type Problems = { readonly problems: readonly FieldProblem[] };

const problemsOf = (check: SchemaCheck, object: AnyKubeObject): readonly FieldProblem[] => [
  ...check.problems(withFewValues(object['spec']), 'spec'),
  ...sizeProblems(object['spec']),
];

/** Problems of an object, which may have been stored under a CRD without bounds. */
const templateProblems = byObject((object: AnyKubeObject) => problemsOf(templateCheck, object));
const alertProviderProblems = byObject((object: AnyKubeObject) => problemsOf(alertProviderCheck, object));

export function parseMetricTemplate(object: AnyKubeObject): { readonly template: MetricTemplate } | Problems {
  return isMetricTemplate(object) ? { template: object } : { problems: templateProblems(object) };
}

export function parseAlertProvider(object: AnyKubeObject): { readonly provider: AlertProvider } | Problems {
  return isAlertProvider(object) ? { provider: object } : { problems: alertProviderProblems(object) };
}

const isMetricTemplate = (object: AnyKubeObject): object is AnyKubeObject & MetricTemplate =>
  templateProblems(object).length === 0;

const isAlertProvider = (object: AnyKubeObject): object is AnyKubeObject & AlertProvider =>
  alertProviderProblems(object).length === 0;
