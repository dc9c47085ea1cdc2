import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { equalJson, isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, barred, faultsOf, required } from './cause.ts';
import { annotationCauses, labelCauses } from './metadata-rules.ts';
import { labelValue, qualifiedName } from './names.ts';
import { podCauses } from './pod-rules.ts';

/** Deployments, ReplicaSets, DaemonSets and StatefulSets: a selector that fits the template, and does not change. */
export function workloadCauses(object: JsonObject, previous: AnyKubeObject | undefined): StatusCause[] {
  const spec = objectAt(object, 'spec');
  const before = objectAt(previous, 'spec');
  const selector = objectAt(spec, 'selector');
  const template = objectAt(spec, 'template');
  const { labels } = objectAt(template, 'metadata');
  const causes: StatusCause[] = [];
  const replicas = spec['replicas'];
  if (typeof replicas === 'number' && replicas < 0) {
    causes.push(bad('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  const unreadable = selectorCauses(selector, 'spec.selector');
  causes.push(...unreadable);
  if (unreadable.some(({ field }) => /\.(operator|values)$/.test(field))) {
    causes.push(bad('spec.selector', selector, 'invalid label selector'));
  } else if (!matches(selector, isObject(labels) ? labels : {})) {
    const why = '`selector` does not match template `labels`';
    causes.push(bad('spec.template.metadata.labels', labels ?? {}, why));
  }
  if (previous !== undefined && !equalJson(before['selector'], selector)) {
    causes.push(bad('spec.selector', selector, 'field is immutable'));
  }
  return [...causes, ...templateCauses(template, 'spec.template', objectAt(before, 'template'))];
}

/** A pod template: labels, annotations and spec. The real server leaves `metadata` out of the paths, too. */
export function templateCauses(
  template: JsonObject,
  path: string,
  before: JsonObject | undefined,
): StatusCause[] {
  if (template === before) return [];
  const { labels, annotations } = objectAt(template, 'metadata');
  return [
    ...labelCauses(`${path}.labels`, isObject(labels) ? labels : {}),
    ...annotationCauses(`${path}.annotations`, isObject(annotations) ? annotations : {}),
    ...podCauses(objectAt(template, 'spec'), `${path}.spec`, before?.['spec']),
  ];
}

const operators: Readonly<Record<string, 'values' | 'none'>> = {
  In: 'values',
  NotIn: 'values',
  Exists: 'none',
  DoesNotExist: 'none',
};

function selectorCauses(selector: JsonObject, path: string): StatusCause[] {
  if (Object.keys(selector).length === 0) return [required(path)];
  const expressions = listAt(selector, 'matchExpressions').flatMap((it, index) =>
    expressionCauses(it, `${path}.matchExpressions[${index}]`),
  );
  return [...labelCauses(`${path}.matchLabels`, objectAt(selector, 'matchLabels')), ...expressions];
}

function expressionCauses(expression: unknown, at: string): StatusCause[] {
  const operator = textAt(expression, 'operator');
  const values = listAt(expression, 'values');
  const wants = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  const causes: StatusCause[] = [];
  if (wants === undefined) causes.push(bad(`${at}.operator`, operator, 'not a valid selector operator'));
  if (wants === 'values' && values.length === 0)
    causes.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  if (wants === 'none' && values.length > 0)
    causes.push(barred(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  return [
    ...causes,
    ...faultsOf(`${at}.key`, textAt(expression, 'key'), qualifiedName),
    ...values.flatMap((value, index) => faultsOf(`${at}.values[${index}]`, String(value), labelValue)),
  ];
}

function matches(selector: JsonObject, labels: JsonObject): boolean {
  const fits = (expression: unknown): boolean => {
    const value = labels[textAt(expression, 'key')];
    const among = listAt(expression, 'values').includes(value);
    switch (textAt(expression, 'operator')) {
      case 'In':
        return among;
      case 'NotIn':
        return !among;
      case 'Exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  };
  return (
    Object.entries(objectAt(selector, 'matchLabels')).every(([key, value]) => labels[key] === value) &&
    listAt(selector, 'matchExpressions').every(fits)
  );
}
