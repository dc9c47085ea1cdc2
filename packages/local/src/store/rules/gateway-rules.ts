import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import { invalidRule, type RuleCause } from '../schema/cause.ts';
import type { StatusCause } from '../status-error.ts';
import { routeRuleCauses } from './route-rules.ts';

/** The rules that Gateway API's definitions write in CEL. They are looked at once the schema holds. */
export function gatewayCauses(plural: string, object: JsonObject): StatusCause[] {
  const spec = objectAt(object, 'spec');
  switch (plural) {
    case 'httproutes':
      return listAt(spec, 'rules').flatMap((rule, index) =>
        isObject(rule) ? routeRuleCauses(rule, `spec.rules[${index}]`) : [],
      );
    case 'gateways':
      return listenerCauses(listAt(spec, 'listeners').filter(isObject));
    default:
      return [];
  }
}

const plain = ['HTTP', 'TCP', 'UDP'];
const hostless = ['TCP', 'UDP'];

const keyOf = ({ port, protocol, hostname }: JsonObject): string =>
  JSON.stringify([port, protocol, hostname ?? null]);

function listenerCauses(listeners: readonly JsonObject[]): StatusCause[] {
  const field = 'spec.listeners';
  const rules: readonly RuleCause[] = [
    [
      listeners.every((it) => !plain.includes(textAt(it, 'protocol')) || it['tls'] === undefined),
      "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
    ],
    [
      listeners.every((it) => !hostless.includes(textAt(it, 'protocol')) || textAt(it, 'hostname') === ''),
      "hostname must not be specified for protocols ['TCP', 'UDP']",
    ],
    [
      new Set(listeners.map(keyOf)).size === listeners.length,
      'Combination of port, protocol and hostname must be unique for each listener',
    ],
  ];
  return rules.flatMap((rule) => invalidRule(field, listeners, rule));
}
