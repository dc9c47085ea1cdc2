import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, faultsOf, namedBy, required } from './cause.ts';
import { dns1035Label, dnsSubdomain } from './names.ts';

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
  for (const key of ['singular', 'kind', 'listKind']) {
    const value = textAt(names, key);
    if (value !== '') causes.push(...faultsOf(`spec.names.${key}`, value.toLowerCase(), dns1035Label));
  }
  for (const [index, short] of listAt(names, 'shortNames').entries())
    causes.push(...faultsOf(`spec.names.shortNames[${index}]`, String(short), dns1035Label));
  const versions = listAt(spec, 'versions').filter(isObject);
  for (const [index, version] of versions.entries())
    causes.push(...namedBy(`spec.versions[${index}].name`, textAt(version, 'name'), dns1035Label));
  const stored = versions.filter((version) => version['storage'] === true);
  if (stored.length !== 1) {
    causes.push(
      bad('spec.versions', stored.length, 'must have exactly one version marked as storage version'),
    );
  }
  return causes;
}
