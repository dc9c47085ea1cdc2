import type { Canary } from '../../api/canary.ts';
import type { Router } from '../../ports/router.ts';
import type { Workload } from '../../ports/workload.ts';
import { renderQuery } from '../metrics/query-template.ts';
import type { KnownMetrics } from './check-metrics.ts';
import { findUnsupported } from './unsupported-fields.ts';
import { validateCanary } from './validate-canary.ts';
import type { Validation } from './validate-canary.ts';

/** The adapters of this build, by the names that a spec has for them. */
export interface Parts {
  findRouter(name: string): Pick<Router, 'capabilities'> | undefined;
  findWorkload(kind: string): Pick<Workload, 'sizing'> | undefined;
  findScaler(kind: string): unknown;
  isMetricProvider(type: string): boolean;
}

/** The installation that a Canary is checked for. */
export interface PartSettings extends Pick<KnownMetrics, 'findMetricTemplate'> {
  /** Provider of canaries that name none (`-mesh-provider`). */
  readonly meshProvider: string;
  /** Floor of `analysis.interval`, in milliseconds (`-min-interval`). */
  readonly minimumIntervalMs: number;
  readonly noCrossNamespaceRefs: boolean;
}

/** Problems and warnings of a spec, for an installation with these adapters and settings. */
export function validateWithParts(canary: Canary, parts: Parts, settings: PartSettings): Validation {
  const { meshProvider, minimumIntervalMs, noCrossNamespaceRefs, findMetricTemplate } = settings;
  const unsupported = findUnsupported(canary);
  const { problems, warnings } = validateCanary(canary, {
    defaultProvider: meshProvider,
    mirrors: (name) => parts.findRouter(name)?.capabilities.mirror ?? true,
    keepsCallers: (name) => parts.findRouter(name)?.capabilities.sessionAffinity ?? true,
    splitsTraffic: (name) => parts.findRouter(name)?.capabilities.weights ?? true,
    minimumIntervalMs,
    noCrossNamespaceRefs,
    isProvider: (name) => parts.findRouter(name) !== undefined,
    isWorkload: (kind) => parts.findWorkload(kind) !== undefined,
    isScalable: (kind) => parts.findWorkload(kind)?.sizing === 'replicas',
    isScaler: (kind) => parts.findScaler(kind) !== undefined,
    isMetricProvider: (type) => parts.isMetricProvider(type),
    findMetricTemplate,
    renderQuery,
  });
  return {
    problems: [...problems, ...unsupported.problems],
    warnings: [...warnings, ...unsupported.warnings],
  };
}
