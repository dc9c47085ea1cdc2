import { describe, expect, it } from 'vitest';
import { parseControllerFlags } from './controller-flags.ts';

describe("the controller's flags", () => {
  it("take those of Flagger's chart as they stand", () => {
    const parsed = parseControllerFlags([
      '-log-level=info',
      '-mesh-provider=gatewayapi:v1',
      '-metrics-server=http://prometheus:9090',
      '-selector-labels=app,name',
      '-enable-leader-election=true',
      '-leader-election-namespace=flagger-system',
      '--threadiness=4',
      '-control-loop-interval',
      '15s',
    ]);
    expect(parsed).toMatchObject({
      values: { 'mesh-provider': 'gatewayapi:v1', threadiness: 4, 'control-loop-interval': 15_000 },
      ignored: ['control-loop-interval'],
    });
  });

  it('refuse one that does not exist, by name', () => {
    expect(() => parseControllerFlags(['-mesh-provder=istio'])).toThrow(
      'flag provided but not defined: -mesh-provder',
    );
  });

  it('refuse an unknown log level and say which there are', () => {
    expect(() => parseControllerFlags(['-log-level=warning'])).toThrow(
      /"warning"; use one of debug, info, warn/,
    );
  });

  it('name those that were given and have no effect', () => {
    expect(parseControllerFlags(['-slack-url=x', '-kubeconfig-qps=50'])).toMatchObject({
      ignored: ['kubeconfig-qps', 'slack-url'],
    });
  });
});
