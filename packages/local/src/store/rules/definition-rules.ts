import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import { compileRe2 } from '@sluice/lib/text/re2.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, faultsOf, namedBy, required } from './cause.ts';
import { dns1035Label, dnsSubdomain, type NameRule } from './names.ts';

const anyCase: NameRule = (name) =>
  (name === '' ? [] : dns1035Label(name.toLowerCase())).map(
    (why) => `may have mixed case, but should otherwise match: ${why}`,
  );

export function definitionCauses(object: JsonObject): StatusCause[] {
  const spec = objectAt(object, 'spec');
  const names = objectAt(spec, 'names');
  const plural = textAt(names, 'plural');
  const name = textAt(objectAt(object, 'metadata'), 'name');
  const causes: StatusCause[] = [];
  if (name !== `${plural}.${textAt(spec, 'group')}`)
    causes.push(bad('metadata.name', name, `must be spec.names.plural+"."+spec.group`));
  causes.push(...namedBy('spec.group', textAt(spec, 'group'), dnsSubdomain));
  causes.push(...namedBy('spec.names.plural', plural, dns1035Label));
  if (textAt(names, 'kind') === '') causes.push(required('spec.names.kind'));
  const singular = textAt(names, 'singular');
  if (singular !== '') causes.push(...faultsOf('spec.names.singular', singular, dns1035Label));
  for (const key of ['kind', 'listKind'])
    causes.push(...faultsOf(`spec.names.${key}`, textAt(names, key), anyCase));
  for (const [index, short] of listAt(names, 'shortNames').entries())
    causes.push(...faultsOf(`spec.names.shortNames[${index}]`, String(short), dns1035Label));
  const versions = listAt(spec, 'versions').filter(isObject);
  for (const [index, version] of versions.entries())
    causes.push(...namedBy(`spec.versions[${index}].name`, textAt(version, 'name'), dns1035Label));
  for (const [index, version] of versions.entries()) {
    const schema = objectAt(objectAt(version, 'schema'), 'openAPIV3Schema');
    // As in the real server, where one version stands for all.
    const at = versions.length === 1 ? 'spec.validation' : `spec.versions[${index}].schema`;
    causes.push(...patternCauses(schema, `${at}.openAPIV3Schema`));
  }
  const stored = versions.filter((version) => version['storage'] === true);
  if (stored.length !== 1) {
    causes.push(
      bad('spec.versions', stored.length, 'must have exactly one version marked as storage version'),
    );
  }
  return causes;
}

/** Expressions that Go cannot compile, at any depth of a schema. */
function patternCauses(schema: JsonObject, at: string): StatusCause[] {
  const pattern = textAt(schema, 'pattern');
  const below = ['items', 'additionalProperties', 'not'].flatMap((key) =>
    isObject(schema[key]) ? patternCauses(schema[key], `${at}.${key}`) : [],
  );
  const members = Object.entries(objectAt(schema, 'properties')).flatMap(([key, member]) =>
    isObject(member) ? patternCauses(member, `${at}.properties[${key}]`) : [],
  );
  const options = ['allOf', 'anyOf', 'oneOf'].flatMap((key) =>
    listAt(schema, key).flatMap((option, index) =>
      isObject(option) ? patternCauses(option, `${at}.${key}[${index}]`) : [],
    ),
  );
  return [...(pattern === '' ? [] : unreadable(pattern, `${at}.pattern`)), ...below, ...members, ...options];
}

function unreadable(pattern: string, field: string): StatusCause[] {
  try {
    compileRe2(pattern);
    return [];
  } catch (error) {
    return [bad(field, pattern, `must be a valid regular expression, but isn't: ${describeError(error)}`)];
  }
}
