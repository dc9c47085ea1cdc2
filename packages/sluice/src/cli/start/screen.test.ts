import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/support/fakes/fake-clock.ts';
import { paint, wantsColour } from './paint.ts';
import { createPlainScreen, createTreeScreen } from './screen.ts';

const capture = () => {
  const written: string[] = [];
  return { written, write: (text: string) => written.push(text), text: () => written.join('') };
};

describe('a plain screen', () => {
  it('stamps each line and writes no cursor codes', () => {
    const output = capture();
    const screen = createPlainScreen(output, () => Date.parse('2026-01-01T00:00:00Z'));
    screen.line('one');
    screen.show(() => ['picture']);
    screen.detail('two');
    expect(output.text()).toBe('2026-01-01T00:00:00.000Z one\n2026-01-01T00:00:00.000Z two\n');
  });
});

describe('a tree screen', () => {
  const start = (size: { columns?: number; rows?: number } = {}) => {
    const clock = createFakeClock();
    const output = Object.assign(capture(), size);
    const screen = createTreeScreen(output, (delayMs, action) => clock.setTimer(delayMs, action));
    return { clock, output, screen };
  };

  it('redraws in place, at most five times a second, and never clears the screen', async () => {
    const { clock, output, screen } = start();
    let frame = 0;
    screen.show(() => [`frame ${(frame += 1)}`, 'second line']);
    await clock.advance('1s');
    expect(output.text()).toContain('\u001b[2A');
    expect(output.text()).toContain('frame 2');
    expect(output.text()).not.toContain('\u001b[2J');
    expect(output.written).toHaveLength(6);
  });

  it('writes nothing while nothing changes, so that a selection stays', async () => {
    const { clock, output, screen } = start();
    screen.show(() => ['picture']);
    await clock.advance('1m');
    expect(output.written).toHaveLength(1);
  });

  it('moves up over what a narrower terminal has wrapped', async () => {
    const { clock, output, screen } = start({ columns: 80 });
    let count = 0;
    screen.show(() => ['x'.repeat(70), `picture ${(count += 1)}`]);
    Object.assign(output, { columns: 30 });
    await clock.advance('200ms');
    expect(output.written.at(-1)?.startsWith('\u001b[4A')).toBe(true);
  });

  it('has the terminal cut lines that are too long, and wraps again afterwards', () => {
    const { output, screen } = start({ columns: 10 });
    screen.show(() => ['漢'.repeat(10)]);
    expect(output.text()).toBe(`\u001b[?7l${'漢'.repeat(10)}\u001b[K\n\u001b[?7h\u001b[J`);
  });

  it('leaves out the end of a picture that is higher than the terminal', () => {
    const { output, screen } = start({ rows: 3 });
    screen.show(() => ['one', 'two', 'three', 'four']);
    expect(output.text()).toContain('two');
    expect(output.text()).not.toContain('three');
  });

  it('keeps what happened above the picture, and sets no timer after its end', () => {
    const { clock, output, screen } = start();
    screen.show(() => ['picture']);
    screen.line('shipped');
    screen.end();
    expect(output.written.at(-1)).toMatch(/shipped\S*\n.*picture/);
    expect(clock.pending).toBe(0);
  });
});

describe('colours', () => {
  it('are those of the icons, which stand beside words', () => {
    expect(paint('├─ steps    ✔ 10  ▶ 20')).toContain('\u001b[32m✔\u001b[0m 10  \u001b[34m▶\u001b[0m 20');
    expect(paint('no icon here!')).toBe('no icon here!');
  });

  it('are left out where NO_COLOR is set', () => {
    expect(wantsColour({})).toBe(true);
    expect(wantsColour({ NO_COLOR: '' })).toBe(true);
    expect(wantsColour({ NO_COLOR: '1' })).toBe(false);
  });
});
