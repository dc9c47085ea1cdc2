import type { QueryContext } from '@sluice/sluice/rules/metrics/query-template.ts';

/** What a query template of a canary `podinfo` in `test` is filled in with. */
export const queryContext = (changes: Partial<QueryContext> = {}): QueryContext => ({
  name: 'podinfo',
  namespace: 'test',
  target: 'podinfo',
  service: 'podinfo',
  ingress: 'podinfo',
  route: 'podinfo',
  interval: '1m',
  variables: {},
  isForeign: false,
  ...changes,
});
