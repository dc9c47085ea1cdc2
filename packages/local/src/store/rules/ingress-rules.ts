import { isIP } from 'node:net';
import { listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import { bad, faultsOf, required, unsupported } from './cause.ts';
import { dnsLabel, dnsSubdomain, portName, wildcardSubdomain } from './names.ts';

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];

/** Hosts, paths and backends of an Ingress. */
export const ingressCauses = (object: JsonObject): StatusCause[] =>
  listAt(objectAt(object, 'spec'), 'rules').flatMap((rule, index) => {
    const at = `spec.rules[${index}]`;
    const paths = listAt(objectAt(rule, 'http'), 'paths');
    return [
      ...hostCauses(textAt(rule, 'host'), `${at}.host`),
      ...paths.flatMap((path, number) => pathCauses(path, `${at}.http.paths[${number}]`)),
    ];
  });

function hostCauses(host: string, field: string): StatusCause[] {
  if (host === '') return [];
  if (isIP(host) !== 0) return [bad(field, host, 'must be a DNS name, not an IP address')];
  return faultsOf(field, host, host.includes('*') ? wildcardSubdomain : dnsSubdomain);
}

function pathCauses(path: unknown, at: string): StatusCause[] {
  const type = textAt(path, 'pathType');
  if (type === '') return [required(`${at}.pathType`, 'pathType must be specified')];
  const text = textAt(path, 'path');
  const causes = pathTypes.includes(type) ? [] : [unsupported(`${at}.pathType`, type, pathTypes)];
  const mayBeEmpty = type === 'ImplementationSpecific' && text === '';
  if (!text.startsWith('/') && !mayBeEmpty) causes.push(bad(`${at}.path`, text, 'must be an absolute path'));
  const service = objectAt(objectAt(path, 'backend'), 'service');
  if (textAt(service, 'name') !== '')
    causes.push(...faultsOf(`${at}.backend.service.name`, textAt(service, 'name'), dnsLabel));
  const name = textAt(objectAt(service, 'port'), 'name');
  return name === '' ? causes : [...causes, ...faultsOf(`${at}.backend.service.port.name`, name, portName)];
}
