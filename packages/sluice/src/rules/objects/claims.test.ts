import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { claimsOf, rivalOf } from './claims.ts';

const canary = (
  name: string,
  spec: object,
  made = '2026-01-01T00:00:00Z',
  status?: object,
): AnyKubeObject => ({
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  metadata: { name, namespace: 'test', creationTimestamp: made },
  spec,
  ...(status === undefined ? {} : { status }),
});
const target = (name: string) => ({ targetRef: { kind: 'Deployment', name } });

describe('claims', () => {
  it('are the target, its primary, the services and the scalers', () => {
    expect(
      claimsOf(
        canary('a', {
          ...target('web'),
          service: { name: 'front' },
          autoscalerRef: { kind: 'HorizontalPodAutoscaler', name: 'web' },
        }),
      ),
    ).toEqual([
      'Deployment/web',
      'Deployment/web-primary',
      'Service/front',
      'Service/front-primary',
      'Service/front-canary',
      'HorizontalPodAutoscaler/web',
      'HorizontalPodAutoscaler/web-primary',
    ]);
  });

  it('hold what is still served by, beside what the spec asks for', () => {
    const serving = { kind: 'Deployment', target: 'web', service: 'old', former: [{ service: 'older' }] };
    const claims = claimsOf(canary('a', { ...target('web'), service: { name: 'new' } }, '', { serving }));
    expect(claims).toEqual(expect.arrayContaining(['Service/new', 'Service/old', 'Service/older-canary']));
  });

  it('of a Canary that is not one are none', () => {
    expect(claimsOf(canary('a', { targetRef: 'web', service: 7 }))).toEqual([]);
  });
});

describe('the rival', () => {
  const older = canary('older', target('web'));
  const younger = canary('younger', target('web'), '2026-01-02T00:00:00Z');

  it('is the older one, and never the younger one', () => {
    expect(rivalOf(younger, [older])).toMatchObject({
      rival: older,
      claims: expect.arrayContaining(['Deployment/web']) as unknown,
    });
    expect(rivalOf(older, [younger])).toBeUndefined();
  });

  it('is the oldest of several', () => {
    const oldest = canary('z', target('web'), '2025-01-01T00:00:00Z');
    expect(rivalOf(younger, [older, oldest])?.rival).toBe(oldest);
  });

  it('of two made in the same second is one and the same for both', () => {
    const [a, b] = [canary('a', target('web')), canary('b', target('web'))];
    expect(rivalOf(b, [a])?.rival).toBe(a);
    expect(rivalOf(a, [b])).toBeUndefined();
  });

  it('is nobody where nothing is shared', () => {
    expect(rivalOf(younger, [canary('other', target('api'))])).toBeUndefined();
  });
});
