import type { Canary } from '../../api/canary.ts';
import type { FieldProblem } from '../../api/field-problem.ts';
import { formatGoDuration, parseGoDuration } from '@sluice/lib/time/duration.ts';
import { checkDuration } from './check-duration.ts';
import { checkMetrics } from './check-metrics.ts';
import type { KnownMetrics } from './check-metrics.ts';
import { checkNames } from './check-names.ts';
import { checkReferences } from './check-references.ts';
import { checkRouting } from './check-routing.ts';
import { checkService } from './check-service.ts';
import { checkTarget } from './check-target.ts';
import { checkUrl } from './check-url.ts';
import { checkWebhooks } from './check-webhooks.ts';
import { checkWeights } from './check-weights.ts';
import { problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** The parts and settings of this installation that a Canary is checked against. */
export interface KnownParts extends KnownMetrics {
  /** Provider of canaries that name none. */
  readonly defaultProvider: string;
  readonly isProvider: (name: string) => boolean;
  readonly isWorkload: (kind: string) => boolean;
  /** Absent: every kind of scaler that the schema has. */
  readonly isScaler?: (kind: string) => boolean;
  /** Whether an autoscaler can choose the size of this kind of workload. Absent: of all. */
  readonly isScalable?: (kind: string) => boolean;
  /** Whether the provider can send a share of requests to the canary. Absent: all can. */
  readonly splitsTraffic?: (provider: string) => boolean;
  /** Whether the provider can copy requests to the canary, and keep callers at one side. Absent: all can. */
  readonly mirrors?: (provider: string) => boolean;
  readonly keepsCallers?: (provider: string) => boolean;
  /** Floor of `analysis.interval` in milliseconds; shorter ones get a warning. */
  readonly minimumIntervalMs?: number;
  /** `-no-cross-namespace-refs` */
  readonly noCrossNamespaceRefs?: boolean;
}

export interface Validation {
  /** Problems that make the canary Invalid. */
  readonly problems: readonly FieldProblem[];
  /** Fields that are not followed as written, or are likely mistakes. */
  readonly warnings: readonly FieldProblem[];
}

/** Checks what the schema cannot express. Flagger guesses, skips or stalls in most of these cases. */
export function validateCanary(canary: Canary, known: KnownParts): Validation {
  const { analysis, metricsServer } = canary.spec;
  const provider = canary.spec.provider ?? known.defaultProvider;
  const findings = [
    ...checkKinds(canary, provider, known),
    ...checkReferences(canary, known.noCrossNamespaceRefs ?? false),
    ...checkService(canary),
    ...checkNames(canary),
    ...(metricsServer === undefined || metricsServer === ''
      ? []
      : checkUrl('spec.metricsServer', metricsServer)),
    ...checkInterval(analysis.interval, known.minimumIntervalMs ?? 0),
    ...checkWeights(analysis, known.splitsTraffic?.(provider) ?? true),
    ...checkMetrics(canary, known),
    ...checkWebhooks(analysis.webhooks ?? []),
    ...checkCookies(canary),
    ...checkRouting(canary, {
      mirrors: known.mirrors?.(provider) ?? true,
      keepsCallers: known.keepsCallers?.(provider) ?? true,
    }),
  ];
  return { problems: pick(findings, 'problem'), warnings: pick(findings, 'warning') };
}

function pick(findings: readonly Finding[], severity: Finding['severity']): readonly FieldProblem[] {
  return findings
    .filter((finding) => finding.severity === severity)
    .map(({ field, value, message }) => ({ field, value, message }));
}

/** Flagger takes an unknown provider for Istio, an unknown kind for a Deployment. */
function checkKinds(canary: Canary, provider: string, known: KnownParts): readonly Finding[] {
  const findings: Finding[] = [];
  if (!known.isProvider(provider)) {
    const source =
      canary.spec.provider === undefined
        ? 'name one here, or change -mesh-provider of the controller'
        : 'name another one';
    findings.push(problem('spec.provider', provider, `this provider is not supported: ${source}`));
  }
  const { kind } = canary.spec.targetRef;
  findings.push(
    ...checkTarget(canary.spec.targetRef, {
      isWorkload: known.isWorkload(kind),
      splitsTraffic: known.splitsTraffic?.(provider) ?? true,
    }),
  );
  const scaler = canary.spec.autoscalerRef?.kind;
  if (scaler !== undefined && known.isScaler?.(scaler) === false) {
    findings.push(problem('spec.autoscalerRef.kind', scaler, 'this kind of scaler is not supported'));
  } else if (scaler !== undefined && known.isScalable?.(kind) === false) {
    findings.push(
      warning('spec.autoscalerRef', scaler, `does not count: nothing scales a ${kind}; take it out`),
    );
  }
  return findings;
}

function checkInterval(interval: string, minimumMs: number): readonly Finding[] {
  const field = 'spec.analysis.interval';
  const findings = checkDuration(field, interval, 0);
  if (findings.length > 0 || interval === '' || parseGoDuration(interval) >= minimumMs) return findings;
  return [warning(field, interval, `counts as ${formatGoDuration(minimumMs)}, the shortest interval here`)];
}

function checkCookies(canary: Canary): readonly Finding[] {
  const affinity = canary.spec.analysis.sessionAffinity;
  if (affinity === undefined || affinity.primaryCookieName !== affinity.cookieName) return [];
  const field = 'spec.analysis.sessionAffinity.primaryCookieName';
  return [problem(field, affinity.primaryCookieName, 'write another name than that of cookieName')];
}
