import type { CanarySpec } from './canary-spec.ts';
import type { CanaryStatus } from './canary-status.ts';
import type { KubeObject } from '@sluice/kube/objects/kube-object.ts';

export type { CanaryAlert, CanaryAnalysis, SessionAffinity } from './canary-analysis.ts';
export type { CanaryMetric } from './canary-metric.ts';
export type { CanaryService } from './canary-service.ts';
export type { CanarySpec } from './canary-spec.ts';
export type { CanaryStatus } from './canary-status.ts';
export type { CanaryWebhook, WebhookType } from './canary-webhook.ts';

/**
 * A Canary that parse-canary has accepted. It is a type, not an interface, so that it is assignable to AnyKubeObject
 * and its fields keep their types.
 */
export type Canary = Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'> & {
  readonly spec: CanarySpec;
  readonly status?: CanaryStatus;
};
