import { describe, expect, it } from 'vitest';
import { controllersIn } from './running-controller.ts';

interface Shape {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly replicas?: number;
}

const deployment = ({ image, command, args, env, labels = {}, replicas }: Shape) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'flagger-system', name: 'flagger', labels },
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    template: { metadata: { labels }, spec: { containers: [{ name: 'c', image, command, args, env }] } },
  },
});

const argsOf = (shape: Shape): readonly string[] | undefined => controllersIn([deployment(shape)])[0]?.args;

describe('a controller of the cluster', () => {
  it.each<[string, Shape, readonly string[] | undefined]>([
    [
      "Flagger's chart",
      {
        image: 'ghcr.io/fluxcd/flagger:1.44.0',
        command: ['./flagger', '-mesh-provider=istio', '-port', '8080'],
      },
      ['-mesh-provider=istio', '-port', '8080'],
    ],
    [
      "Flagger's kustomization",
      { image: 'flagger', args: ['-mesh-provider=linkerd'] },
      ['-mesh-provider=linkerd'],
    ],
    ['Flagger without flags', { image: 'fluxcd/flagger:1.44.0@sha256:0a' }, []],
    ["Sluice's chart", { image: 'reg:5000/sluice:0.1.0', args: ['controller', '-port=80'] }, ['-port=80']],
    [
      'Sluice by node',
      {
        image: 'sluice',
        command: ['node', '--max-old-space-size=90', 'main.cjs', 'controller'],
        args: ['-port=1'],
      },
      ['-port=1'],
    ],
    [
      'a renamed image, by its label',
      {
        image: 'mirror/pd-controller:3',
        command: ['./flagger', '-port=1'],
        labels: { 'app.kubernetes.io/name': 'flagger' },
      },
      ['-port=1'],
    ],
    [
      "Flagger's load tester",
      { image: 'ghcr.io/fluxcd/flagger-loadtester:0.36.0', command: ['./loadtester'] },
      undefined,
    ],
    ["Sluice's tester", { image: 'sluice:0.1.0', args: ['tester', '-port=8080'] }, undefined],
    ['something else with the label', { image: 'grafana', labels: { app: 'flagger' } }, undefined],
    ['an application', { image: 'podinfo:6', args: ['-port=1'] }, undefined],
  ])('is found or passed over: %s', (_what, shape, args) => {
    expect(argsOf(shape)).toEqual(args);
  });

  it('has the literal variables of its container filled in, and no others', () => {
    const env = [
      { name: 'URL', value: 'http://p:9090' },
      { name: 'HOOK', valueFrom: { secretKeyRef: {} } },
    ];
    const args = ['-metrics-server=$(URL)', '-event-webhook=$(HOOK)', '-cluster-name=$$(URL)'];
    expect(argsOf({ image: 'flagger', args, env })).toEqual([
      '-metrics-server=http://p:9090',
      '-event-webhook=$(HOOK)',
      '-cluster-name=$(URL)',
    ]);
  });

  it.each([
    [undefined, true],
    [2, true],
    [0, false],
  ])('with %s replicas is scaled up: %s', (replicas, isScaledUp) => {
    const shape = { image: 'flagger', ...(replicas === undefined ? {} : { replicas }) };
    expect(controllersIn([deployment(shape)])).toMatchObject([{ key: 'flagger-system/flagger', isScaledUp }]);
  });
});
