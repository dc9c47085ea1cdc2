import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
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
  it('redraws in place, at most five times a second, and never clears the screen', async () => {
    const clock = createFakeClock();
    const output = capture();
    const screen = createTreeScreen(output, (delayMs, action) => clock.setTimer(delayMs, action));
    let frame = 1;
    screen.show(() => [`frame ${frame}`, 'second line']);
    frame = 2;
    await clock.advance('1s');
    expect(output.text()).toContain('\u001b[2A\u001b[0J');
    expect(output.text()).toContain('frame 2');
    expect(output.text()).not.toContain('\u001b[2J');
    expect(output.text().match(/frame/g)?.length).toBe(6);
  });

  it('keeps what happened above the picture, and sets no timer after its end', async () => {
    const clock = createFakeClock();
    const output = capture();
    const screen = createTreeScreen(output, (delayMs, action) => clock.setTimer(delayMs, action));
    screen.show(() => ['picture']);
    screen.line('shipped');
    screen.end();
    expect(output.text().endsWith('picture\n')).toBe(true);
    expect(output.text()).toContain('shipped\n');
    expect(clock.pending).toBe(0);
  });
});
