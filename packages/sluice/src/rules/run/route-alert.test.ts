import { describe, expect, it } from 'vitest';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import type { CanaryAlert } from '../../api/canary-analysis.ts';
import type { Severity } from '../../ports/notifier.ts';
import { routeAlert } from './route-alert.ts';

const alert = (name: string, parts: Partial<CanaryAlert> = {}): CanaryAlert => ({
  name,
  providerRef: { name: `${name}-room` },
  ...parts,
});

const namesFor = (severity: Severity, alerts: readonly CanaryAlert[]): unknown => {
  const route = routeAlert(severity, podinfoCanary({ analysis: { alerts } }));
  return route === 'everybody' ? route : route.map(({ name }) => name);
};

describe('an alert', () => {
  it.each<readonly [CanaryAlert['severity'], readonly Severity[]]>([
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['', ['info', 'warn', 'error']],
    [undefined, ['info', 'warn', 'error']],
  ])('with severity %j listed is sent to it for %j', (severity, heard) => {
    const listed = [alert('ops', severity === undefined ? {} : { severity })];
    const all: readonly Severity[] = ['info', 'warn', 'error'];
    expect(all.map((one) => namesFor(one, listed))).toEqual(
      all.map((one) => (heard.includes(one) ? ['ops'] : [])),
    );
  });

  it('goes to the receiver of the installation when the Canary names nobody', () => {
    expect(routeAlert('warn', podinfoCanary())).toBe('everybody');
    expect(namesFor('warn', [])).toBe('everybody');
  });

  it('goes to those the Canary names, in their order, and not to the receiver of the installation', () => {
    const alerts = [alert('dev'), alert('night', { severity: 'error' }), alert('ops', { severity: 'warn' })];
    expect(namesFor('warn', alerts)).toEqual(['dev', 'ops']);
    expect(namesFor('error', alerts)).toEqual(['dev', 'night', 'ops']);
    expect(namesFor('info', [alert('night', { severity: 'error' })])).toEqual([]);
  });

  it('finds its provider in the namespace it names, else in that of the Canary', () => {
    const alerts = [
      alert('near'),
      alert('blank', { providerRef: { name: 'blank-room', namespace: '' } }),
      alert('far', { providerRef: { name: 'far-room', namespace: 'alerts' } }),
    ];
    expect(routeAlert('info', podinfoCanary({ analysis: { alerts } }))).toEqual([
      { name: 'near', provider: { namespace: 'test', name: 'near-room' } },
      { name: 'blank', provider: { namespace: 'test', name: 'blank-room' } },
      { name: 'far', provider: { namespace: 'alerts', name: 'far-room' } },
    ]);
  });
});
