import { describe, expect, it } from 'vitest';
import { parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import { controllerFlags } from '../controller-flags.ts';
import type { RunningController } from '../running-controller.ts';
import { chooseController, takeFlags } from './flags-from-cluster.ts';

const running = (key: string, args: readonly string[] = [], isScaledUp = true): RunningController => ({
  key,
  image: 'flagger:1',
  isScaledUp,
  args,
});
const take = (args: readonly string[], given: readonly string[] = []) =>
  takeFlags(parseGoFlags(controllerFlags, given), running('a/flagger', args));

describe('flags of the controller in the cluster', () => {
  it('are the defaults of those that are not given', () => {
    const { values } = take(['-mesh-provider=kubernetes', '-namespace=prod'], ['-namespace=stage']);
    expect(values).toMatchObject({
      'mesh-provider': 'kubernetes',
      namespace: 'stage',
      'min-interval': 10_000,
    });
  });

  it('that name files or ports of its pod are left alone', () => {
    const { values, said } = take(['-kubeconfig=/etc/k', '-port=9', '-kubeconfig-service-mesh=/etc/mesh']);
    expect(values).toMatchObject({ kubeconfig: '', port: '8080', 'kubeconfig-service-mesh': '' });
    expect(said).toEqual([
      'no flag of Deployment a/flagger (flagger:1) changes the defaults',
      'not taken: -kubeconfig-service-mesh, which names a file of its pod; give one of this machine',
    ]);
  });

  it('that its pod gets from a Secret are named, and not taken', () => {
    const { values, said } = take(['-event-webhook=$(HOOK)']);
    expect(values['event-webhook']).toBe('');
    expect(said[1]).toBe('not taken: -event-webhook, which its pod gets from elsewhere; give it here');
  });

  it('are said without what is secret in them', () => {
    const { said } = take([
      '-event-webhook=https://hooks.example/T0/B0/token',
      '-metrics-server=http://user:password@prometheus:9090/?key=k',
      '-min-interval=90s',
      '-slack-token=xoxb',
    ]);
    expect(said).toEqual([
      'flags of Deployment a/flagger (flagger:1): -metrics-server=http://***@prometheus:9090/?key=*** ' +
        '-min-interval=1m30s -event-webhook=***',
    ]);
  });
});

describe('the controller whose flags count', () => {
  const up = running('a/flagger');
  const down = running('b/sluice', [], false);
  const ofProd = running('c/flagger', ['-namespace=prod']);
  it.each([
    ['the only one', [down], { namespace: '' }, 'b/sluice'],
    ['the one that is scaled up', [up, down], { namespace: '' }, 'a/flagger'],
    ['the one of the namespace', [up, ofProd], { namespace: 'prod' }, 'c/flagger'],
    ['the one for all, where none is of the namespace', [up, down], { namespace: 'prod' }, 'a/flagger'],
    ['the one that is named', [up, down, ofProd], { namespace: '', key: 'b/sluice' }, 'b/sluice'],
  ])('is %s', (_which, controllers, wanted, key) => {
    expect(chooseController(controllers, wanted)).toMatchObject({ kind: 'one', controller: { key } });
  });

  it('is not guessed', () => {
    expect(chooseController([up, ofProd], { namespace: '' })).toEqual({
      kind: 'several',
      keys: ['a/flagger', 'c/flagger'],
    });
    expect(chooseController([], { namespace: '' })).toEqual({ kind: 'none' });
    expect(chooseController([up], { namespace: '', key: 'x/y' })).toEqual({ kind: 'none' });
  });
});
