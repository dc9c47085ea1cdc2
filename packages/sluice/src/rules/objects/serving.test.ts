import { describe, expect, it } from 'vitest';
import { podinfoCanary } from '../../../../../test/support/rigs/podinfo-objects.ts';
import { askedServing, heldNames, nameBy, sameNames, samePorts, withNames, withPorts } from './serving.ts';

const asked = askedServing(podinfoCanary(), 'kubernetes');
const named = (service: string, former?: readonly string[]) => ({
  ...asked,
  service,
  ...(former === undefined
    ? {}
    : {
        former: former.map((one) => ({
          kind: 'Deployment',
          target: 'podinfo',
          provider: asked.provider,
          service: one,
        })),
      }),
});

describe('what live traffic goes by', () => {
  it('is what the spec asks for, the provider by default that of the controller', () => {
    expect(asked).toEqual({
      kind: 'Deployment',
      target: 'podinfo',
      provider: 'kubernetes',
      service: 'podinfo',
      port: 9898,
    });
  });

  it.each([
    ['another name', named('a'), named('b'), ['a']],
    ['a third name', named('b', ['a']), named('c'), ['a', 'b']],
    ['the first name again', named('b', ['a']), named('a'), ['b']],
    ['the same name', named('a', ['b']), named('a'), ['b']],
  ])('under %s remembers what it was named by', (_name, serving, next, former) => {
    const after = withNames(serving, next);
    expect(after.service).toBe(next.service);
    expect(after.former?.map(({ service }) => service)).toEqual(former);
  });

  it('takes up ports one by one, and loses those that the spec no longer names', () => {
    const before = { ...asked, targetPort: 'http', portName: 'web', appProtocol: 'h2c' };
    expect(withPorts(before, asked)).toEqual(asked);
    expect(samePorts(before, asked)).toBe(false);
    expect(sameNames(before, asked)).toBe(true);
  });

  it('names the canary, whatever the spec says meanwhile', () => {
    const canary = podinfoCanary({ service: { name: 'front' } });
    const { spec } = nameBy(canary, asked, 'kubernetes');
    expect(spec.service?.name).toBe('podinfo');
    expect(spec.provider).toBe('kubernetes');
    expect(heldNames(askedServing(canary, 'kubernetes'), asked)).toMatchObject([
      { field: 'spec.service.name' },
    ]);
  });

  it('leaves a canary alone that is named so already', () => {
    const canary = podinfoCanary();
    expect(nameBy(canary, asked, 'kubernetes')).toBe(canary);
  });
});
