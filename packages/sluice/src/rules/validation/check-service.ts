import type { Canary } from '../../api/canary.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

const largestPort = 65_535;

/** Checks `spec.service`. Every target needs a port, which the schema does not require. */
export function checkService(canary: Canary): readonly Finding[] {
  const { service, targetRef } = canary.spec;
  if (service === undefined) return [problem('spec.service.port', undefined, 'this field is required')];
  const findings: Finding[] = [];
  if (targetRef.kind === 'Service' && (service.name ?? targetRef.name) !== targetRef.name) {
    const message = `a Service as target is called by its own name: leave this out, or write ${targetRef.name}`;
    findings.push(problem('spec.service.name', service.name, message));
  }
  if (service.port < 1 || service.port > largestPort) {
    findings.push(problem('spec.service.port', service.port, `write a port from 1 to ${largestPort}`));
  }
  for (const [index, { backendRef }] of (service.mirror ?? []).entries()) {
    const field = `spec.service.mirror[${index}].backendRef`;
    if (backendRef === undefined) findings.push(problem(field, undefined, 'this field is required'));
    else if (isService(backendRef) && backendRef.port === undefined) {
      findings.push(problem(`${field}.port`, undefined, 'a Service needs a port'));
    }
  }
  return findings;
}

const isService = (ref: { readonly group?: string; readonly kind?: string }): boolean =>
  (ref.group ?? '') === '' && (ref.kind ?? 'Service') === 'Service';
