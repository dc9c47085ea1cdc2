import { describe, expect, it } from 'vitest';
import { createMeter, metered } from './meter.ts';

function bench() {
  const time = { ms: 0 };
  const meter = createMeter(() => time.ms);
  const work = (ms: number) => (): number => (time.ms += ms);
  return { time, meter, work };
}

describe('a meter', () => {
  it('adds up what is run with it, work within work once, and begins anew when it is read', () => {
    const { meter, work, time } = bench();
    meter.run(work(5));
    time.ms += 100;
    meter.run(() => {
      work(2)();
      return meter.run(work(3));
    });
    expect(meter.take()).toBe(10);
    expect(meter.take()).toBe(0);
  });

  it('counts what throws, and of an async function what comes before its first wait', async () => {
    const { meter, work } = bench();
    const broken = (): never => {
      work(4)();
      throw new Error('broken');
    };
    expect(() => meter.run(broken)).toThrow('broken');
    await meter.run(async () => {
      work(1)();
      await Promise.resolve();
      work(50)();
    });
    expect(meter.take()).toBe(5);
  });

  it('counts the functions of an adapter, also of a frozen one, and leaves the rest as it is', () => {
    const { meter, work } = bench();
    const adapter = Object.freeze({ names: ['x'], render: (ms: number) => work(ms)() });
    const counted = metered(adapter, meter);
    expect(counted.render(7)).toBe(7);
    expect(counted.names).toBe(adapter.names);
    expect(meter.take()).toBe(7);
  });
});
