import type { Canary, CanaryAnalysis, CanaryService } from '@sluice/sluice/api/canary.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';

/** A Canary for the Deployment podinfo; `parts` replace whole parts of its spec. */
export function podinfoCanary(
  parts: {
    readonly service?: Partial<CanaryService>;
    readonly analysis?: Partial<CanaryAnalysis>;
    readonly spec?: Partial<Canary['spec']>;
  } = {},
): Canary {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', uid: 'canary-uid' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: {
        port: 9898,
        gatewayRefs: [{ name: 'gateway', namespace: 'istio-ingress' }],
        ...parts.service,
      },
      analysis: { interval: '1m', threshold: 5, ...parts.analysis },
      ...parts.spec,
    },
  };
}

interface PodinfoParts {
  readonly image?: string;
  readonly metadata?: Partial<AnyKubeObject['metadata']>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly podMetadata?: Readonly<Record<string, unknown>>;
  readonly podSpec?: Readonly<Record<string, unknown>>;
  readonly container?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** The Deployment podinfo as an API server returns it: defaults filled in. */
export function podinfoDeployment(parts: PodinfoParts = {}): AnyKubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'podinfo', namespace: 'test', uid: 'target-uid', generation: 1, ...parts.metadata },
    spec: {
      replicas: 2,
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: 'podinfo' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: {
        metadata: { creationTimestamp: null, labels: { app: 'podinfo' }, ...parts.podMetadata },
        spec: {
          containers: [
            {
              name: 'podinfod',
              image: parts.image ?? 'podinfo:6.0.0',
              imagePullPolicy: 'IfNotPresent',
              ports: [{ name: 'http', containerPort: 9898, protocol: 'TCP' }],
              ...parts.container,
            },
          ],
          restartPolicy: 'Always',
          ...parts.podSpec,
        },
      },
      ...parts.spec,
    },
    ...(parts.status === undefined ? {} : { status: parts.status }),
  };
}
