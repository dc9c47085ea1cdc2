import type { AlertProvider } from './alert-provider.ts';
import { alertProviderSpecSchema } from './alert-provider.ts';
import type { FieldProblem } from './field-problem.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import type { MetricTemplate } from './metric-template.ts';
import { metricTemplateSpecSchema } from './metric-template.ts';
import { createSchemaCheck } from './schema-problems.ts';

const templateCheck = createSchemaCheck(metricTemplateSpecSchema);
const alertProviderCheck = createSchemaCheck(alertProviderSpecSchema);

type Problems = { readonly problems: readonly FieldProblem[] };

export function parseMetricTemplate(object: AnyKubeObject): { readonly template: MetricTemplate } | Problems {
  return isMetricTemplate(object)
    ? { template: object }
    : { problems: templateCheck.problems(object['spec'], 'spec') };
}

export function parseAlertProvider(object: AnyKubeObject): { readonly provider: AlertProvider } | Problems {
  return isAlertProvider(object)
    ? { provider: object }
    : { problems: alertProviderCheck.problems(object['spec'], 'spec') };
}

const isMetricTemplate = (object: AnyKubeObject): object is AnyKubeObject & MetricTemplate =>
  templateCheck.problems(object['spec'], 'spec').length === 0;

const isAlertProvider = (object: AnyKubeObject): object is AnyKubeObject & AlertProvider =>
  alertProviderCheck.problems(object['spec'], 'spec').length === 0;
