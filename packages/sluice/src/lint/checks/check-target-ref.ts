import type { Draft } from '../finding.ts';
import { draft } from './check.ts';
import type { Check } from './check.ts';

const versions: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['apps/v1'],
  DaemonSet: ['apps/v1'],
  Service: ['v1', 'core/v1'],
};

/** Versions of autoscalers that Kubernetes served, with the release that removed each. */
const removedScalers: Readonly<Record<string, string>> = {
  'autoscaling/v2beta1': '1.25',
  'autoscaling/v2beta2': '1.26',
};

const madeSuffix = /-(primary|canary)$/;

/** References that work by kind and name alone, and mislead in the rest. */
export const checkTargetRef: Check = (canary) => {
  const { targetRef, autoscalerRef } = canary.spec;
  const findings: Draft[] = [];
  const [wanted, ...others] = versions[targetRef.kind] ?? [];
  if (wanted !== undefined && targetRef.apiVersion !== wanted && !others.includes(targetRef.apiVersion)) {
    const message = `spec.targetRef.apiVersion is ${JSON.stringify(targetRef.apiVersion)}, and a ${targetRef.kind} is of ${wanted}`;
    findings.push(draft('TARGET003', 'spec.targetRef.apiVersion', message));
  }
  const suffix = madeSuffix.exec(targetRef.name)?.[0];
  if (suffix !== undefined) {
    const message = `spec.targetRef.name ends with ${suffix}, as names of objects that the controller makes: name the workload that you deploy`;
    findings.push(draft('TARGET004', 'spec.targetRef.name', message));
  }
  const removed = autoscalerRef === undefined ? undefined : removedScalers[autoscalerRef.apiVersion];
  if (removed !== undefined) {
    const message = `spec.autoscalerRef.apiVersion is ${autoscalerRef?.apiVersion}, which Kubernetes ${removed} removed: write autoscaling/v2`;
    findings.push(draft('SCALER002', 'spec.autoscalerRef.apiVersion', message));
  }
  return findings;
};
