import type { Canary } from '../../api/canary.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

/** Names of Services are DNS labels (RFC 1035); the longest derived name is `NAME-primary`. */
const serviceName = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const longestApex = 63 - '-primary'.length;
const portName = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const longestPortName = 63;
/** Longest name of a container's port (RFC 6335). */
const longestContainerPort = 15;
const largestPort = 65_535;

/** Names that the API server would refuse, found before half of the objects are created. */
export function checkNames(canary: Canary): readonly Finding[] {
  return [...checkApex(canary), ...checkPortName(canary), ...checkTargetPort(canary)];
}

function checkApex({ spec: { service, targetRef } }: Canary): readonly Finding[] {
  const own = service?.name ?? '';
  const name = own === '' ? targetRef.name : own;
  const field = own === '' ? 'spec.targetRef.name' : 'spec.service.name';
  const cure =
    own === ''
      ? `give the services another name by spec.service.name, of at most ${longestApex} characters`
      : `write a name of at most ${longestApex} characters`;
  if (!serviceName.test(name)) {
    const message = `services are named after it, and the name of a Service is made of small letters, digits and "-", begins with a letter and does not end with "-": ${cure}`;
    return [problem(field, name, message)];
  }
  if (name.length <= longestApex) return [];
  const message = `services are named after it, and "${name}-primary" is longer than the 63 characters that the name of a Service may have: ${cure}`;
  return [problem(field, name, message)];
}

function checkPortName({ spec: { service } }: Canary): readonly Finding[] {
  const name = service?.portName;
  if (name === undefined) return [];
  const field = 'spec.service.portName';
  if (name === '')
    return [problem(field, name, 'leave it out, and the port is called http, or give it a name')];
  if (portName.test(name) && name.length <= longestPortName) return [];
  return [problem(field, name, 'write small letters, digits and "-", such as "http"')];
}

function checkTargetPort({ spec: { service } }: Canary): readonly Finding[] {
  const port = service?.targetPort;
  const field = 'spec.service.targetPort';
  if (port === undefined || port === '') return [];
  if (typeof port === 'number' || /^\d+$/.test(port)) {
    const number = Number(port);
    return number <= largestPort ? [] : [problem(field, port, `write a port from 1 to ${largestPort}`)];
  }
  const isName = portName.test(port) && /[a-z]/.test(port) && port.length <= longestContainerPort;
  if (isName) return [];
  const message = `write a number, or the name of a port of the container: at most ${longestContainerPort} small letters, digits and "-"`;
  return [problem(field, port, message)];
}
