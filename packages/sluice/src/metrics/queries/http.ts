import type { BuiltinQueries } from './builtin-queries.ts';

/** The pods of the target, not those of its primary, whose names have one part more. */
const pods =
  'kubernetes_namespace="{{ namespace }}", kubernetes_pod_name=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"';

/** Queries for metrics of the workload itself, for routers without a mesh. */
export const http: BuiltinQueries = {
  routers: ['kubernetes', 'gatewayapi:v1', 'gatewayapi:v1beta1'],
  'request-success-rate': {
    query: `
      sum(rate(http_request_duration_seconds_count{${pods}, status!~"5.*"}[{{ interval }}]))
      /
      sum(rate(http_request_duration_seconds_count{${pods}}[{{ interval }}]))
      * 100`,
    scale: 1,
  },
  'request-duration': {
    query: `
      histogram_quantile(0.99,
        sum(rate(http_request_duration_seconds_bucket{${pods}}[{{ interval }}])) by (le)
      )`,
    scale: 1000,
  },
};
