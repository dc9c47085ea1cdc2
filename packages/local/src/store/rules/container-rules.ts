import { isObject, listAt, objectAt, textAt, type JsonObject } from '../json.ts';
import type { StatusCause } from '../status-error.ts';
import {
  bad,
  duplicate,
  faultsOf,
  isPort,
  namedBy,
  notThere,
  portFaults,
  required,
  unsupported,
} from './cause.ts';
import {
  dataKey,
  descendingPath,
  dnsLabel,
  dnsSubdomain,
  headerName,
  portName,
  variableName,
} from './names.ts';

export const protocols = ['SCTP', 'TCP', 'UDP'];

/** One container of any list. `volumes` are the names that its mounts may have. */
export function containerCauses(
  container: JsonObject,
  at: string,
  volumes: ReadonlySet<string>,
): StatusCause[] {
  return [
    ...namedBy(`${at}.name`, textAt(container, 'name'), dnsLabel),
    ...(textAt(container, 'image') === '' ? [required(`${at}.image`)] : []),
    ...portCauses(listAt(container, 'ports'), `${at}.ports`),
    ...listAt(container, 'env').flatMap((it, index) => variableCauses(it, `${at}.env[${index}]`)),
    ...listAt(container, 'envFrom').flatMap((it, index) => importCauses(it, `${at}.envFrom[${index}]`)),
    ...mountCauses(listAt(container, 'volumeMounts'), `${at}.volumeMounts`, volumes),
    ...['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((key) =>
      actionCauses(container[key], `${at}.${key}`),
    ),
    ...['postStart', 'preStop'].flatMap((key) =>
      actionCauses(objectAt(container, 'lifecycle')[key], `${at}.lifecycle.${key}`),
    ),
  ];
}

function portCauses(ports: readonly unknown[], path: string): StatusCause[] {
  const seen = new Set<string>();
  return ports.filter(isObject).flatMap((port, index) => {
    const at = `${path}[${index}]`;
    const name = textAt(port, 'name');
    const faults = name === '' ? [] : faultsOf(`${at}.name`, name, portName);
    if (name !== '' && seen.has(name)) faults.push(duplicate(`${at}.name`, name));
    seen.add(name);
    const { containerPort, hostPort, protocol = 'TCP' } = port;
    const numbers = containerPort
      ? portFaults(`${at}.containerPort`, containerPort)
      : [required(`${at}.containerPort`)];
    if (hostPort) numbers.push(...portFaults(`${at}.hostPort`, hostPort));
    return [...faults, ...numbers, ...protocolCauses(protocol, at)];
  });
}

export const protocolCauses = (protocol: unknown, at: string): StatusCause[] =>
  typeof protocol === 'string' && protocols.includes(protocol)
    ? []
    : [unsupported(`${at}.protocol`, protocol, protocols)];

function variableCauses(variable: unknown, at: string): StatusCause[] {
  const from = objectAt(variable, 'valueFrom');
  const causes = namedBy(`${at}.name`, textAt(variable, 'name'), variableName);
  for (const key of ['configMapKeyRef', 'secretKeyRef']) {
    const reference = from[key];
    if (!isObject(reference)) continue;
    const place = `${at}.valueFrom.${key}`;
    causes.push(...faultsOf(`${place}.name`, textAt(reference, 'name'), dnsSubdomain));
    causes.push(...namedBy(`${place}.key`, textAt(reference, 'key'), dataKey));
  }
  return causes;
}

function importCauses(source: unknown, at: string): StatusCause[] {
  const prefix = textAt(source, 'prefix');
  const causes = prefix === '' ? [] : faultsOf(`${at}.prefix`, prefix, variableName);
  for (const key of ['configMapRef', 'secretRef']) {
    const reference = objectAt(source, key);
    const named = isObject(source) && isObject(source[key]);
    if (named) causes.push(...namedBy(`${at}.${key}.name`, textAt(reference, 'name'), dnsSubdomain));
  }
  return causes;
}

function mountCauses(mounts: readonly unknown[], path: string, volumes: ReadonlySet<string>): StatusCause[] {
  const seen = new Set<string>();
  return mounts.filter(isObject).flatMap((mount, index) => {
    const at = `${path}[${index}]`;
    const name = textAt(mount, 'name');
    const mountPath = textAt(mount, 'mountPath');
    const causes: StatusCause[] = [];
    if (name === '') causes.push(required(`${at}.name`));
    if (!volumes.has(name)) causes.push(notThere(`${at}.name`, name));
    if (mountPath === '') causes.push(required(`${at}.mountPath`));
    if (seen.has(mountPath)) causes.push(bad(`${at}.mountPath`, mountPath, 'must be unique'));
    seen.add(mountPath);
    // The real server names no index for these two.
    for (const key of ['subPath', 'subPathExpr']) {
      causes.push(...faultsOf(`${path}.${key}`, textAt(mount, key), descendingPath));
    }
    return causes;
  });
}

/** The action of a probe or hook: a port is a number, or the name of one. */
function actionCauses(action: unknown, at: string): StatusCause[] {
  const causes: StatusCause[] = [];
  for (const key of ['httpGet', 'tcpSocket']) {
    const found = objectAt(action, key);
    if (!isObject(action) || !isObject(action[key])) continue;
    causes.push(...portOrName(found['port'], `${at}.${key}.port`));
    for (const header of listAt(found, 'httpHeaders')) {
      causes.push(...faultsOf(`${at}.${key}.httpHeaders`, textAt(header, 'name'), headerName));
    }
  }
  const { port } = objectAt(action, 'grpc');
  if (port !== undefined) causes.push(...portFaults(`${at}.grpc.port`, port));
  return causes;
}

export function portOrName(value: unknown, field: string): StatusCause[] {
  if (typeof value === 'string') return faultsOf(field, value, portName);
  return isPort(value) ? [] : portFaults(field, value);
}
