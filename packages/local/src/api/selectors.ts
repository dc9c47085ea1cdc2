import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { badRequest } from '../store/status-error.ts';
import { fieldValue } from './selectable-fields.ts';
import type { Target } from './target.ts';

export type Predicate = (object: AnyKubeObject) => boolean;

/** Selects the objects of a list or watch by the URL's namespace and name, `labelSelector` and `fieldSelector`. */
export function selectorOf(target: Target, query: URLSearchParams): Predicate {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(target, query.get('fieldSelector') ?? '');
  return (object) =>
    (target.namespace === undefined || object.metadata.namespace === target.namespace) &&
    (target.name === undefined || object.metadata.name === target.name) &&
    byLabel(object) &&
    byField(object);
}

const setBased = /^(?<key>[^\s!=,()]+)\s+(?<operator>in|notin)\s*\((?<values>[^()]*)\)$/;
const equality = /^(?<key>[^\s!=,()]+)\s*(?<operator>==|=|!=)\s*(?<values>[^\s!=,()]*)$/;
const comparison = /^(?<key>[^\s!=,()<>]+)\s*(?<operator>[<>])\s*(?<values>-?\d+)$/;
const existence = /^(?<operator>!?)\s*(?<key>[^\s!=,()]+)$/;

export function labelSelector(selector: string): Predicate {
  const tests = splitOutsideParentheses(selector).map(labelRequirement);
  return (object) => tests.every((test) => test(object.metadata.labels ?? {}));
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

function labelRequirement(term: string): LabelTest {
  const match = setBased.exec(term) ?? equality.exec(term) ?? comparison.exec(term) ?? existence.exec(term);
  const { key = '', operator = '', values } = match?.groups ?? {};
  if (key === '') throw badRequest(`unable to parse requirement: found '${term}' in the label selector`);
  const wanted = (values ?? '').split(',').map((value) => value.trim());
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return (labels) => labels[key] !== undefined && wanted.includes(labels[key]);
    case 'notin':
    case '!=':
      return (labels) => labels[key] === undefined || !wanted.includes(labels[key]);
    case '<':
      return (labels) => Number(labels[key]) < Number(values);
    case '>':
      return (labels) => Number(labels[key]) > Number(values);
    case '!':
      return (labels) => labels[key] === undefined;
    default:
      return (labels) => labels[key] !== undefined;
  }
}

function fieldSelector(target: Target, selector: string): Predicate {
  const tests = selector
    .split(',')
    .filter((term) => term.trim() !== '')
    .map((term) => fieldRequirement(target, term.trim()));
  return (object) => tests.every((test) => test(object));
}

function fieldRequirement(target: Target, term: string): Predicate {
  const match = /^(?<field>[^!=]+)(?<operator>!=|==|=)(?<value>.*)$/.exec(term);
  const { field = '', operator, value = '' } = match?.groups ?? {};
  if (field === '') throw badRequest(`invalid field selector: ${JSON.stringify(term)}`);
  const read = fieldValue(target.kind, field);
  if (read === undefined) throw badRequest(`field label not supported: ${field}`);
  return (object) => (read(object) === value) === (operator !== '!=');
}

function splitOutsideParentheses(selector: string): string[] {
  const terms = selector.split(/,(?![^(]*\))/).map((term) => term.trim());
  return terms.filter((term) => term !== '');
}
