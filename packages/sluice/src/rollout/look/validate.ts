import type { Canary } from '../../api/canary.ts';
import { metricTemplates } from '../../api/resources.ts';
import { validateWithParts } from '../../rules/validation/validate-with-parts.ts';
import type { Validation } from '../../rules/validation/validate-canary.ts';
import type { RolloutDeps } from '../deps.ts';

/** What of the spec cannot be run by this installation, and what is done differently. */
export function validate(canary: Canary, { providers, cache, options }: RolloutDeps): Validation {
  return validateWithParts(canary, providers, {
    ...options,
    findMetricTemplate: (ref) => cache.get(metricTemplates, ref),
  });
}
