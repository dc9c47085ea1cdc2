import type { Canary } from '../../api/canary.ts';
import type { Validation } from './validate-canary.ts';
import { warning } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Fields that are not supported yet. A field that would make a rollout less safe when ignored makes the canary Invalid;
 * any other one is announced once.
 */
export function findUnsupported(canary: Canary): Validation {
  const { analysis } = canary.spec;
  const findings: Finding[] = [];
  if ((analysis.alerts?.length ?? 0) > 0)
    findings.push(
      warning(
        'spec.analysis.alerts',
        analysis.alerts,
        'not supported yet: no alert is sent; use an event webhook',
      ),
    );
  return { problems: pick(findings, 'problem'), warnings: pick(findings, 'warning') };
}

const pick = (findings: readonly Finding[], severity: Finding['severity']) =>
  findings
    .filter((finding) => finding.severity === severity)
    .map(({ field, value, message }) => ({ field, value, message }));
