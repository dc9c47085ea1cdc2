/** A field that Flagger has, that the CRDs accept, and that changes nothing here. */
export interface WithoutEffect {
  /** Path as `fieldRows` gives it. The fields below it have no effect either. */
  readonly path: string;
  readonly why: string;
}

const otherRouters = 'for a provider that this version does not support';
const istio = 'for Istio, which this version does not support';

/** Fields of each kind. A test compares them with the fields that the code reads. */
export const withoutEffect: Readonly<Record<string, readonly WithoutEffect[]>> = {
  Canary: [
    { path: 'spec.ingressRef', why: otherRouters },
    { path: 'spec.routeRef', why: otherRouters },
    { path: 'spec.upstreamRef', why: otherRouters },
    { path: 'spec.service.meshName', why: otherRouters },
    { path: 'spec.service.backends', why: otherRouters },
    { path: 'spec.service.delegation', why: istio },
    { path: 'spec.service.gateways', why: istio },
    { path: 'spec.service.trafficPolicy', why: istio },
    { path: 'spec.service.retries', why: istio },
    { path: 'spec.service.match[].name', why: istio },
    { path: 'spec.service.match[].scheme', why: istio },
    { path: 'spec.service.match[].authority', why: istio },
    { path: 'spec.service.match[].withoutHeaders', why: istio },
    { path: 'spec.service.match[].port', why: istio },
    { path: 'spec.service.match[].gateways', why: istio },
    { path: 'spec.service.match[].sourceLabels', why: istio },
    { path: 'spec.service.match[].sourceNamespace', why: istio },
    { path: 'spec.service.match[].ignoreUriCase', why: istio },
    { path: 'spec.analysis.match[].sourceLabels', why: istio },
    { path: 'spec.analysis.mirrorWeight', why: 'the Gateway API copies all requests' },
    { path: 'spec.analysis.webhooks[].muteAlert', why: 'this version sends no alerts' },
    { path: 'spec.analysis.alerts', why: 'this version sends no alerts' },
  ],
  MetricTemplate: [{ path: 'spec.provider.region', why: 'for back ends that this version does not support' }],
  AlertProvider: [{ path: 'spec', why: 'this version sends no alerts' }],
};

/** Why a field has no effect; absent when it has one. `path` may be that of a field, or below one. */
export function whyWithoutEffect(kind: string, path: string): string | undefined {
  return withoutEffect[kind]?.find((field) => isWithin(path, field.path))?.why;
}

const isWithin = (path: string, outer: string): boolean =>
  path === outer || ['.', '[', '{'].some((next) => path.startsWith(outer + next));
