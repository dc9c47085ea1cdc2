import type { Canary } from '../../api/canary.ts';
import { problem } from './finding.ts';
import type { Finding } from './finding.ts';

/** With `-no-cross-namespace-refs` a Canary may name nothing outside of its namespace. */
export function checkReferences(canary: Canary, ownNamespaceOnly: boolean): readonly Finding[] {
  if (!ownNamespaceOnly) return [];
  const { analysis, upstreamRef } = canary.spec;
  const references: readonly (readonly [string, string | undefined])[] = [
    ['spec.upstreamRef', upstreamRef?.namespace],
    ...(analysis.metrics ?? []).map(
      ({ templateRef }, index) =>
        [`spec.analysis.metrics[${index}].templateRef`, templateRef?.namespace] as const,
    ),
    ...(analysis.alerts ?? []).map(
      ({ providerRef }, index) =>
        [`spec.analysis.alerts[${index}].providerRef`, providerRef.namespace] as const,
    ),
  ];
  return references
    .filter(([, namespace]) => namespace !== undefined && namespace !== '')
    .filter(([, namespace]) => namespace !== canary.metadata.namespace)
    .map(([field, namespace]) =>
      problem(
        `${field}.namespace`,
        namespace,
        'this installation allows references within the namespace only',
      ),
    );
}
