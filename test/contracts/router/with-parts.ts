import type { Canary, CanaryAnalysis, CanaryService } from '@sluice/sluice/api/canary.ts';
import { deepFreeze } from '../../support/rigs/deep-freeze.ts';

export function withParts(
  canary: Canary,
  analysis: Partial<CanaryAnalysis>,
  service: Partial<CanaryService> = {},
): Canary {
  const { spec } = canary;
  return deepFreeze({
    ...canary,
    spec: {
      ...spec,
      ...(spec.service && { service: { ...spec.service, ...service } }),
      analysis: { ...spec.analysis, ...analysis },
    },
  });
}
