import type { Canary } from '../api/canary.ts';

/** What workloads and routers read of a Canary's spec. */
export interface CanaryView {
  readonly targetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
  readonly autoscalerRef?: unknown;
  readonly service: ServiceView;
  readonly analysis: AnalysisView;
}

export interface ServiceView {
  readonly name?: string;
  readonly port: number;
  readonly portName?: string;
  readonly targetPort?: number | string;
  readonly appProtocol?: string;
  readonly trafficDistribution?: string;
  readonly portDiscovery?: boolean;
  readonly headless?: boolean;
  readonly timeout?: string;
  readonly backendTimeout?: string;
  readonly hosts?: readonly string[];
  readonly gatewayRefs?: readonly GatewayRef[];
  readonly match?: readonly RequestMatch[];
  readonly rewrite?: { readonly uri?: string; readonly authority?: string; readonly type?: string };
  readonly headers?: { readonly request?: HeaderChange; readonly response?: HeaderChange };
  readonly mirror?: readonly { readonly backendRef?: Readonly<Record<string, unknown>> }[];
  readonly corsPolicy?: CorsPolicy;
  readonly apex?: CustomMetadata;
  readonly primary?: CustomMetadata;
  readonly canary?: CustomMetadata;
  readonly unmanagedMetadata?: {
    readonly annotations?: readonly string[];
    readonly labels?: readonly string[];
  };
}

export interface AnalysisView {
  readonly iterations?: number;
  readonly match?: readonly RequestMatch[];
}

export interface CustomMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface GatewayRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface HeaderChange {
  readonly add?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** At most one of the four is set. */
export interface TextMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly regex?: string;
}

export interface RequestMatch {
  readonly uri?: TextMatch;
  readonly method?: TextMatch;
  readonly headers?: Readonly<Record<string, TextMatch>>;
  readonly queryParams?: Readonly<Record<string, TextMatch>>;
}

export interface CorsPolicy {
  readonly allowOrigin?: readonly string[];
  readonly allowOrigins?: readonly TextMatch[];
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: string;
  readonly allowCredentials?: boolean;
}

/** The names of a canary's three services; `apex` is also the name of its route objects. */
export interface ServiceNames {
  readonly apex: string;
  readonly primary: string;
  readonly canary: string;
}

export function viewCanary(canary: Canary): CanaryView {
  return canary['spec'] as unknown as CanaryView;
}

export function serviceNames(canary: Canary): ServiceNames {
  const spec = viewCanary(canary);
  const given = spec.service.name;
  const apex = given === undefined || given === '' ? spec.targetRef.name : given;
  return { apex, primary: `${apex}-primary`, canary: `${apex}-canary` };
}

/** A/B testing: requests are picked by `analysis.match`, for a number of iterations. */
export function isAbTest(canary: Canary): boolean {
  const { analysis } = viewCanary(canary);
  return (analysis.match ?? []).length > 0 && (analysis.iterations ?? 0) > 0;
}
