import { describe, expect, it } from 'vitest';
import { deployments, httpRoutes, services } from '@sluice/kube/objects/resources.ts';
import { metricTemplates } from '@sluice/sluice/api/resources.ts';

import { createScenario, initialized, progressing } from '../support/scenario/scenario.ts';
import type { Scenario, ScenarioOptions } from '../support/scenario/scenario.ts';
import { deploymentNamed } from '../support/scenario/objects.ts';

const namespace = 'test';
const gatewayRefs = [{ name: 'gateway' }];
const service = { port: 9898, gatewayRefs };
const long = (length: number): string =>
  'team-payments-checkout-service-european-region-production-eu'.slice(0, length);

const targetRef = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', name }) as const;

/** Nothing was made, not even half of it. */
function expectNothingMade({ store }: Scenario): void {
  expect(store.list(deployments, { namespace })).toHaveLength(1);
  expect(store.list(services, { namespace })).toEqual([]);
  expect(store.list(httpRoutes, { namespace })).toEqual([]);
}

interface Wrong {
  readonly name: string;
  readonly options: ScenarioOptions;
  readonly field: string;
  readonly cure: string;
}

const wrong: readonly Wrong[] = [
  {
    name: 'names of Services that become too long',
    options: { target: deploymentNamed(long(57), 'web'), spec: { targetRef: targetRef(long(57)) } },
    field: 'spec.targetRef.name',
    cure: 'spec.service.name',
  },
  {
    name: 'one name of a Service that becomes too long',
    options: { target: deploymentNamed(long(56), 'web'), spec: { targetRef: targetRef(long(56)) } },
    field: 'spec.targetRef.name',
    cure: 'spec.service.name',
  },
  {
    name: 'a service.name that is too long',
    options: { spec: { service: { ...service, name: long(60) } } },
    field: 'spec.service.name',
    cure: '55 characters',
  },
  {
    name: 'a service.name that is no name of a Service',
    options: { spec: { service: { ...service, name: '9lives' } } },
    field: 'spec.service.name',
    cure: 'letter',
  },
  {
    name: 'the host *',
    options: { spec: { service: { ...service, hosts: ['*'] } } },
    field: 'spec.service.hosts[0]',
    cure: 'leave',
  },
  {
    name: 'a host that is an address',
    options: { spec: { service: { ...service, hosts: ['10.0.0.1'] } } },
    field: 'spec.service.hosts[0]',
    cure: 'name',
  },
  {
    name: 'a timeout with a fraction',
    options: { spec: { service: { ...service, timeout: '1.5s' } } },
    field: 'spec.service.timeout',
    cure: '1500ms',
  },
  {
    name: 'an empty portName',
    options: { spec: { service: { ...service, portName: '', portDiscovery: true } } },
    field: 'spec.service.portName',
    cure: 'leave',
  },
  {
    name: 'no gateway for a route',
    options: { spec: { service: { port: 9898 } } },
    field: 'spec.service.gatewayRefs',
    cure: 'Gateway',
  },
  {
    name: 'a match that no route can have',
    options: { spec: { service: { ...service, match: [{ headers: { 'x-a': { prefix: 'b' } } }] } } },
    field: 'spec.service.match[0].headers.x-a',
    cure: 'exact or regex',
  },
  {
    name: 'an A/B test that picks nobody',
    options: { analysis: { iterations: 1, match: [{}] } },
    field: 'spec.analysis.match[0]',
    cure: 'headers',
  },
  {
    name: 'an origin that no route can compare',
    options: { spec: { service: { ...service, corsPolicy: { allowOrigins: [{ regex: '.*' }] } } } },
    field: 'spec.service.corsPolicy.allowOrigins[0]',
    cure: 'exact',
  },
  {
    name: 'a Cookie match beside session affinity',
    options: {
      spec: { service: { ...service, match: [{ headers: { Cookie: { exact: 'a=b' } } }] } },
      analysis: { sessionAffinity: { cookieName: 'canary' } },
    },
    field: 'spec.service.match[0].headers',
    cure: 'sessionAffinity',
  },
];

describe('what cannot be made as the spec says is Invalid before anything is made', () => {
  it.each(wrong.map((one) => [one.name, one] as const))('%s', async (_name, { options, field, cure }) => {
    const scenario = await createScenario(options);
    await scenario.clock.advance('10s');
    const message = scenario.condition('Invalid')?.message ?? '';
    expect(message).toContain(field);
    expect(message).toContain(cure);
    expectNothingMade(scenario);
  });

  it('a long name of the target works with a short service.name', async () => {
    const name = long(57);
    const scenario = await createScenario({
      target: deploymentNamed(name, name),
      spec: { targetRef: targetRef(name), service: { ...service, name: 'checkout' } },
    });
    await scenario.reaches('Initialized');
    expect(scenario.deployment(`${name}-primary`)).toBeDefined();
  });
});

describe('a query', () => {
  const query = '# what is measured\n  vector(42)  # trailing note\n';

  it('of a MetricTemplate is sent as it is written, byte for byte', async () => {
    const scenario = await progressing({
      objects: [
        [
          metricTemplates,
          {
            apiVersion: 'flagger.app/v1beta1',
            kind: 'MetricTemplate',
            metadata: { name: 'answer', namespace },
            spec: { provider: { type: 'prometheus', address: 'http://prometheus:9090' }, query },
          },
        ],
      ],
      analysis: {
        metrics: [{ name: 'answer', templateRef: { name: 'answer' }, thresholdRange: { min: 1 } }],
      },
    });
    await scenario.until(() => scenario.receiver.queries.length > 0);
    expect(scenario.receiver.queries[0]).toBe(query);
  });

  it('of a metric is, too', async () => {
    const scenario = await progressing({
      analysis: { metrics: [{ name: 'answer', query, thresholdRange: { min: 1 } }] },
    });
    await scenario.until(() => scenario.receiver.queries.length > 0);
    expect(scenario.receiver.queries[0]).toBe(query);
  });
});

describe('timeout 0s of a hook', () => {
  it('waits the longest there is', async () => {
    const scenario = await initialized({
      hooks: [['pre-rollout', '/slow', { timeout: '0s' }]],
      replies: { '/slow': 'silence' },
    });
    expect(scenario.condition('Invalid')).toBeUndefined();
    scenario.ship('podinfo:2');
    await scenario.until(() => scenario.receiver.calls('/slow').length === 1);
    await scenario.clock.advance('20m');
    expect(scenario.receiver.calls('/slow')).toHaveLength(1);
    expect(scenario.status()).toMatchObject({ phase: 'Progressing', failedChecks: 0 });
  });
});
