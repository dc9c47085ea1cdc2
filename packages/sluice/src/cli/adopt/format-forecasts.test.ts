import { describe, expect, it } from 'vitest';
import { forecastLines, forecastValue } from './format-forecasts.ts';
import type { CanaryForecast } from './format-forecasts.ts';

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
    expect(forecastLines([rest, unclear])).toEqual([
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
    expect(forecastLines([writing])).toContain('    would patch Service shop/cart');
  });

  it('is JSON for machines, with what needs a person marked', () => {
    expect(forecastValue([rest, unclear])).toMatchObject({
      needPerson: 1,
      canaries: [
        { name: 'cart', needsPerson: false },
        { name: 'checkout', needsPerson: true },
      ],
    });
  });

  it('says so where there is nothing', () => {
    expect(forecastLines([])).toEqual(['no canaries found']);
    expect(forecastValue([])).toEqual({ canaries: [], needPerson: 0 });
  });
});
