import { describe, expect, it } from 'vitest';
import { renderQuery } from '../../rules/metrics/query-template.ts';
import { builtinQueries, findBuiltinQueries } from './index.ts';

const context = {
  name: 'canary',
  namespace: 'test',
  target: 'podinfo',
  service: 'front',
  ingress: '',
  route: '',
  interval: '30s',
  variables: {},
  isForeign: false,
};
const selector = 'kubernetes_namespace="test", kubernetes_pod_name=~"podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"';

function rendered(check: 'request-success-rate' | 'request-duration'): string {
  const query = findBuiltinQueries('gatewayapi:v1')?.[check].query ?? '';
  return renderQuery(query, context).replace(/\s+/g, ' ').trim();
}

describe('the built-in HTTP queries', () => {
  it('divide good requests by all requests', () => {
    expect(rendered('request-success-rate')).toBe(
      `sum(rate(http_request_duration_seconds_count{${selector}, status!~"5.*"}[30s])) / ` +
        `sum(rate(http_request_duration_seconds_count{${selector}}[30s])) * 100`,
    );
  });

  it('take the 99th percentile of the duration, scaled to milliseconds', () => {
    expect(rendered('request-duration')).toBe(
      'histogram_quantile(0.99, ' +
        `sum(rate(http_request_duration_seconds_bucket{${selector}}[30s])) by (le) )`,
    );
    expect(findBuiltinQueries('kubernetes')?.['request-duration'].scale).toBe(1000);
  });

  it('pick the pods of the canary and not those of its primary', () => {
    const pattern = /kubernetes_pod_name=~"([^"]*)"/.exec(rendered('request-duration'))?.[1];
    const pods = new RegExp(`^(?:${pattern})$`);
    expect('podinfo-6d4cf56db6-x2vbn').toMatch(pods);
    expect('podinfo-primary-6d4cf56db6-x2vbn').not.toMatch(pods);
    expect('other-6d4cf56db6-x2vbn').not.toMatch(pods);
  });

  it('are found by exact provider strings, each in one place', () => {
    expect(findBuiltinQueries('gatewayapi:v1beta1')).toBeDefined();
    expect(findBuiltinQueries('gatewayapi')).toBeUndefined();
    expect(findBuiltinQueries('kubernetes:service')).toBeUndefined();
    const names = builtinQueries.flatMap(({ routers }) => routers);
    expect(new Set(names).size).toBe(names.length);
  });
});
