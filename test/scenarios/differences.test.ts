import { describe, expect, it } from 'vitest';
import { deployments, services } from '@sluice/kube/objects/resources.ts';
import { canaries } from '@sluice/sluice/api/resources.ts';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { controllerFlags } from '@sluice/sluice/cli/controller-flags.ts';
import { initialized, progressing } from '../support/scenario/scenario.ts';
import { scenarioCanary, scenarioDeployment } from '../support/scenario/objects.ts';

/** Promises, most of them rows of docs/compatibility.md, that no other scenario shows. */

/** A second Canary with its Deployment, called `other`, whose hook is asked at /other. */
function another(type: string): readonly AnyKubeObject[] {
  const renamed = (object: AnyKubeObject): AnyKubeObject =>
    JSON.parse(JSON.stringify(object).replaceAll('"podinfo"', '"other"')) as AnyKubeObject;
  return [
    scenarioDeployment('podinfo:1'),
    scenarioCanary({ hooks: [[type, '/other', { timeout: '10m' }]] }),
  ].map(renamed);
}

describe('one canary', () => {
  it('does not wait for the receiver of another one', async () => {
    const [deployment, canary] = another('pre-rollout');
    if (deployment === undefined || canary === undefined) throw new Error('no second canary');
    const scenario = await initialized({
      objects: [
        [deployments, deployment],
        [canaries, canary],
      ],
      replies: { '/other': 'silence' },
    });
    const other = () => scenario.store.get(deployments, { namespace: 'test', name: 'other' });
    await scenario.until(() => other()?.['spec'] !== undefined && scenario.replicas('other') === 0);
    const target = other();
    if (target === undefined) throw new Error('no second target');
    const shipped = JSON.stringify(target).replace('podinfo:1', 'podinfo:2');
    scenario.store.update(deployments, JSON.parse(shipped) as AnyKubeObject);
    await scenario.until(() => scenario.receiver.calls('/other').length > 0);

    scenario.ship('podinfo:2');
    await scenario.reaches('Succeeded', 40_000);
    expect(scenario.image('other-primary')).toBe('podinfo:1');
  });

  it('says nothing of a rollback hook that lets it go on', async () => {
    const scenario = await progressing({
      hooks: [['rollback', '/switch', { pollInterval: '1s' }]],
      replies: { '/switch': 403 },
    });
    await scenario.reaches('Succeeded');
    expect(scenario.receiver.calls('/switch').length).toBeGreaterThan(5);
    expect(scenario.messages().filter((message) => /rollback/i.test(message))).toEqual([]);
  });

  it('with skipAnalysis succeeds when the primary serves the new revision, not before', async () => {
    const scenario = await initialized({ spec: { skipAnalysis: true } });
    scenario.kubelet.setHealthy('podinfo:2', false, 'podinfo-primary');
    scenario.ship('podinfo:2');
    await scenario.reaches('Promoting');
    await scenario.clock.advance('1m');
    expect(scenario.status().phase).toBe('Promoting');

    scenario.kubelet.setHealthy('podinfo:2', true, 'podinfo-primary');
    await scenario.reaches('Succeeded', 5_000);
  });

  it('changes trafficDistribution of the services that exist', async () => {
    const scenario = await initialized();
    const specOf = (name: string) => scenario.store.get(services, { namespace: 'test', name })?.['spec'];
    expect(specOf('podinfo')).not.toHaveProperty('trafficDistribution');
    scenario.edit(({ service }) => {
      if (service === undefined) throw new Error('no service');
      return { service: { ...service, trafficDistribution: 'PreferClose' } };
    });
    await scenario.clock.advance('1s');
    for (const name of ['podinfo', 'podinfo-canary', 'podinfo-primary'])
      expect(specOf(name)).toMatchObject({ trafficDistribution: 'PreferClose' });
  });
});

describe('the flags of the controller', () => {
  it("have Flagger's defaults, but for two", () => {
    // Defaults of Flagger 1.44 that are neither '' nor false.
    const flagger: Readonly<Record<string, unknown>> = {
      'kubeconfig-qps': 100,
      'kubeconfig-burst': 250,
      'metrics-server': 'http://prometheus:9090',
      'control-loop-interval': 10_000,
      'log-level': 'debug',
      port: '8080',
      'slack-user': 'flagger',
      threadiness: 2,
      'zap-encoding': 'json',
      'mesh-provider': 'istio',
      'selector-labels': 'app,name,app.kubernetes.io/name',
      'ingress-annotations-prefix': 'nginx.ingress.kubernetes.io',
      'leader-election-namespace': 'kube-system',
      'enable-config-tracking': true,
    };
    const own = new Set([
      'egress-deny',
      'freezes',
      'max-concurrent-rollouts',
      'max-concurrent-rollouts-per-namespace',
      'metrics-secrets',
      'min-interval',
    ]);
    const differing = Object.entries(controllerFlags)
      .filter(([name]) => !own.has(name))
      .filter(([name, flag]) => flag.default !== (flagger[name] ?? (flag.type === 'bool' ? false : '')))
      .map(([name]) => name);
    expect(differing.toSorted()).toEqual(['log-level', 'threadiness']);
  });
});
