import type { CanaryService } from '../../api/canary.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { showValue } from '../../api/field-problem.ts';
import { SpecError } from '../../rules/validation/spec-error.ts';

type CorsPolicy = NonNullable<CanaryService['corsPolicy']>;
type HeaderChange = NonNullable<CanaryService['headers']>['request'];

export type RouteFilter = Readonly<Record<string, unknown>> & { readonly type: string };

/** The filters that every rule of the route carries, in Flagger's order. */
export function mapFilters(
  service: CanaryService,
  options: { readonly cors: boolean },
): readonly RouteFilter[] {
  return [
    ...headerFilter('RequestHeaderModifier', 'requestHeaderModifier', service.headers?.request),
    ...headerFilter('ResponseHeaderModifier', 'responseHeaderModifier', service.headers?.response),
    ...rewriteFilter(service.rewrite),
    ...(service.mirror ?? []).map(({ backendRef }) => mirrorFilter({ ...backendRef })),
    ...(options.cors ? corsFilter(service.corsPolicy) : []),
  ];
}

export function mirrorFilter(backend: Readonly<Record<string, unknown>>): RouteFilter {
  return {
    type: 'RequestMirror',
    requestMirror: { backendRef: { group: '', kind: 'Service', ...backend } },
  };
}

function headerFilter(type: string, field: string, change: HeaderChange): readonly RouteFilter[] {
  if (change === undefined) return [];
  const add = byName(change.add);
  const set = byName(change.set);
  const remove = change.remove ?? [];
  if (add.length + set.length + remove.length === 0) return [];
  return [{ type, [field]: { add, set, remove } }];
}

function byName(headers: Readonly<Record<string, string>> | undefined) {
  const entries = Object.entries(headers ?? {}).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return entries.map(([name, value]) => ({ name, value }));
}

function rewriteFilter(rewrite: CanaryService['rewrite']): readonly RouteFilter[] {
  if (rewrite === undefined) return [];
  const path = rewrite.uri ? rewritePath(rewrite.uri, rewrite.type) : undefined;
  return [{ type: 'URLRewrite', urlRewrite: { hostname: rewrite.authority || undefined, path } }];
}

function rewritePath(uri: string, type: string | undefined) {
  return type === 'ReplacePrefixMatch'
    ? { type, replacePrefixMatch: uri }
    : { type: 'ReplaceFullPath', replaceFullPath: uri };
}

function corsFilter(cors: CorsPolicy | undefined): readonly RouteFilter[] {
  if (cors === undefined) return [];
  const filter = {
    allowOrigins: [...(cors.allowOrigin ?? []), ...exactOrigins(cors)],
    allowMethods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    allowCredentials: cors.allowCredentials === true ? true : undefined,
    // maxAge has a default in the CRD, so it is left out when the spec has none.
    ...(cors.maxAge ? { maxAge: secondsOf(cors.maxAge) } : {}),
  };
  return [{ type: 'CORS', cors: filter }];
}

function secondsOf(maxAge: string): number {
  try {
    return Math.trunc(parseGoDuration(maxAge) / 1000);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    const field = 'spec.service.corsPolicy.maxAge';
    throw new SpecError({ field, value: showValue(maxAge), message: 'write a duration, such as "24h"' });
  }
}

function exactOrigins(cors: CorsPolicy): readonly string[] {
  return (cors.allowOrigins ?? []).map((origin, index) => {
    if (origin.exact) return origin.exact;
    const field = `spec.service.corsPolicy.allowOrigins[${index}]`;
    const message = 'the Gateway API compares origins exactly; use exact, or allowOrigin';
    throw new SpecError({ field, value: showValue(origin), message });
  });
}
