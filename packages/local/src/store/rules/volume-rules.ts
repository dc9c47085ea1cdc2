import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { duplicate, faultsOf, namedBy, required } from './cause.ts';
import { dnsLabel, itemPath, noBacksteps } from './names.ts';

/** The volumes of a pod: their names become folders, the paths of their items files. */
export function volumeCauses(volumes: readonly unknown[], path: string): StatusCause[] {
  const seen = new Set<string>();
  return volumes.filter(isObject).flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const name = textAt(volume, 'name');
    const causes = [...sourceCauses(volume, at, 'secretName'), ...namedBy(`${at}.name`, name, dnsLabel)];
    if (name !== '' && seen.has(name)) causes.push(duplicate(`${at}.name`, name));
    seen.add(name);
    return causes;
  });
}

function sourceCauses(source: JsonObject, at: string, secretKey: 'secretName' | 'name'): StatusCause[] {
  const causes: StatusCause[] = [];
  const { secret, configMap, downwardAPI, projected, hostPath } = source;
  if (isObject(secret)) causes.push(...referenceCauses(secret, secretKey, `${at}.secret`));
  if (isObject(configMap)) causes.push(...referenceCauses(configMap, 'name', `${at}.configMap`));
  if (isObject(downwardAPI)) causes.push(...downwardCauses(downwardAPI, `${at}.downwardAPI`));
  if (isObject(hostPath)) causes.push(...hostPathCauses(hostPath, `${at}.hostPath`));
  for (const [index, each] of listAt(projected, 'sources').entries()) {
    if (isObject(each)) causes.push(...sourceCauses(each, `${at}.projected.sources[${index}]`, 'name'));
  }
  const token = objectAt(source, 'serviceAccountToken');
  if (Object.hasOwn(source, 'serviceAccountToken'))
    causes.push(...pathCauses(textAt(token, 'path'), `${at}.serviceAccountToken.path`));
  return causes;
}

function referenceCauses(source: JsonObject, key: string, at: string): StatusCause[] {
  const causes = textAt(source, key) === '' ? [required(`${at}.${key}`)] : [];
  for (const [index, item] of listAt(source, 'items').entries()) {
    const place = `${at}.items[${index}]`;
    if (textAt(item, 'key') === '') causes.push(required(`${place}.key`));
    causes.push(...pathCauses(textAt(item, 'path'), `${place}.path`));
  }
  return causes;
}

/** The real server names no index here. */
const downwardCauses = (source: JsonObject, at: string): StatusCause[] =>
  listAt(source, 'items').flatMap((item) => pathCauses(textAt(item, 'path'), `${at}.path`));

function hostPathCauses(source: JsonObject, at: string): StatusCause[] {
  const path = textAt(source, 'path');
  return namedBy(`${at}.path`, path, noBacksteps);
}

const pathCauses = (path: string, field: string): StatusCause[] => [
  ...(path === '' ? [required(field)] : []),
  ...faultsOf(field, path, itemPath),
];
