import type { CanarySpec } from '../../api/canary.ts';
import { problem, warning } from './finding.ts';
import type { Finding } from './finding.ts';

/** Finds targets that cannot be rolled out, with why and what to do. Flagger takes a StatefulSet for a Deployment. */
export function checkTarget(
  targetRef: CanarySpec['targetRef'],
  known: { readonly isWorkload: boolean; readonly splitsTraffic: boolean },
): readonly Finding[] {
  const field = 'spec.targetRef.kind';
  const { kind, apiVersion } = targetRef;
  if (kind === 'StatefulSet') {
    const message =
      'a StatefulSet is not supported: its pods have names and volumes of their own, so there is no second copy of them to send traffic to; ' +
      'name a Deployment, a DaemonSet or a Service, or delete this Canary';
    return [problem(field, kind, message)];
  }
  if (kind === 'Service' && apiVersion.startsWith('serving.knative.dev/')) {
    return [problem(field, kind, 'a Service of Knative is not supported: name a Service of apiVersion v1')];
  }
  if (!known.isWorkload) return [problem(field, kind, 'this kind of workload is not supported')];
  if (kind !== 'Service' || known.splitsTraffic) return [];
  const message =
    'this provider cannot split traffic, so a change of the Service is live before it is analysed: use a provider that can';
  return [warning(field, kind, message)];
}
