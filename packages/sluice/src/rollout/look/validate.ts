import type { Canary } from '../../api/canary.ts';
import { metricTemplates } from '../../api/resources.ts';
import { renderQuery } from '../../rules/metrics/query-template.ts';
import { findUnsupported } from '../../rules/validation/unsupported-fields.ts';
import { validateCanary } from '../../rules/validation/validate-canary.ts';
import type { Validation } from '../../rules/validation/validate-canary.ts';
import type { RolloutDeps } from '../deps.ts';

/** What of the spec cannot be run by this installation, and what is done differently. */
export function validate(canary: Canary, deps: RolloutDeps): Validation {
  const { providers, cache, options } = deps;
  const unsupported = findUnsupported(canary);
  const { problems, warnings } = validateCanary(canary, {
    defaultProvider: options.meshProvider,
    mirrors: (name) => providers.findRouter(name)?.capabilities.mirror ?? true,
    keepsCallers: (name) => providers.findRouter(name)?.capabilities.sessionAffinity ?? true,
    splitsTraffic: (name) => providers.findRouter(name)?.capabilities.weights ?? true,
    minimumIntervalMs: options.minimumIntervalMs,
    noCrossNamespaceRefs: options.noCrossNamespaceRefs,
    isProvider: (name) => providers.findRouter(name) !== undefined,
    isWorkload: (kind) => providers.findWorkload(kind) !== undefined,
    isScalable: (kind) => providers.findWorkload(kind)?.sizing === 'replicas',
    isScaler: (kind) => providers.findScaler(kind) !== undefined,
    isMetricProvider: (type) => providers.isMetricProvider(type),
    findMetricTemplate: (ref) => cache.get(metricTemplates, ref),
    renderQuery,
  });
  return {
    problems: [...problems, ...unsupported.problems],
    warnings: [...warnings, ...unsupported.warnings],
  };
}
