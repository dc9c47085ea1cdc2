import { describe, expect, it } from 'vitest';
import { paint, wantsColour } from '../paint.ts';
import { createPlainScreen } from './screen.ts';

const capture = () => {
  const written: string[] = [];
  return { write: (text: string) => written.push(text), text: () => written.join('') };
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

  it('stamps a text of several lines once, so that commands in it can be pasted', () => {
    const output = capture();
    createPlainScreen(output, () => 0).line('try', '  kubectl get pods');
    expect(output.text()).toBe('1970-01-01T00:00:00.000Z try\n  kubectl get pods\n');
  });

  it('lets nothing through that controls a terminal', () => {
    const output = capture();
    const screen = createPlainScreen(output, () => 0);
    screen.line('evil\u001b[2J', 'gate\n\u202efaked line');
    screen.detail('\u009b31m');
    expect(output.text().split('\n')).toHaveLength(4);
    expect(output.text().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
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
