import { describe, expect, it } from 'vitest';
import { printForecasts } from './print-forecasts.ts';
import type { CanaryForecast } from './print-forecasts.ts';

const rest: CanaryForecast = {
  namespace: 'shop',
  name: 'cart',
  phase: 'Succeeded',
  outcome: 'stays-at-rest',
  message: 'nothing is started',
  details: [],
  writes: [],
};
const unclear: CanaryForecast = {
  ...rest,
  name: 'checkout',
  outcome: 'unclear',
  message: 'checkout and checkout-primary differ',
  details: ['spec.template.spec.containers[0].image'],
};

describe('what adopt --dry-run prints', () => {
  it('is a line for each canary, what to look at below it, and a sum', () => {
    expect(printForecasts([rest, unclear], false).split('\n')).toEqual([
      'NAMESPACE  NAME      PHASE      OUTCOME        WHAT HAPPENS',
      'shop       cart      Succeeded  stays-at-rest  nothing is started',
      'shop       checkout  Succeeded  unclear        checkout and checkout-primary differ',
      '    spec.template.spec.containers[0].image',
      '',
      '2 canaries: 1 stays-at-rest, 1 unclear; 1 should be looked at first. Nothing was written.',
    ]);
  });

  it('names what else would be written', () => {
    const writing = { ...rest, writes: ['patch Service shop/cart'] };
    expect(printForecasts([writing], false)).toContain('    would patch Service shop/cart');
  });

  it('is JSON for machines, with what needs a person marked', () => {
    const parsed: unknown = JSON.parse(printForecasts([rest, unclear], true));
    expect(parsed).toMatchObject({
      needPerson: 1,
      canaries: [
        { name: 'cart', needsPerson: false },
        { name: 'checkout', needsPerson: true },
      ],
    });
  });

  it('says so where there is nothing', () => {
    expect(printForecasts([], false)).toBe('no canaries found');
    expect(JSON.parse(printForecasts([], true))).toEqual({ canaries: [], needPerson: 0 });
  });
});
