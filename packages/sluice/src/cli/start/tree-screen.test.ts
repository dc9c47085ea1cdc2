import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wrap } from '@sluice/lib/text/wrap.ts';
import { createFakeClock } from '../../../../../test/support/fakes/fake-clock.ts';
import { createEmulatedTerminal } from '../../../../../test/support/rigs/emulated-terminal.ts';
import { paint } from '../paint.ts';
import { createTreeScreen } from './tree-screen.ts';

function start(columns = 40, rows = 12) {
  const clock = createFakeClock();
  const terminal = createEmulatedTerminal(columns, rows);
  const screen = createTreeScreen(terminal, (delayMs, action) => clock.setTimer(delayMs, action), paint);
  return { clock, terminal, screen };
}

const words = 'Gateway test/gateway does not take the route, 漢字 included; ✔ nothing else waits';
const footer = 'export KUBECONFIG=/home/somebody/.local/state/sluice/start/kubeconfig';
/** A picture as the tree is: wrapped to the terminal, with a last line that is left whole. */
const picture = (name: string) => (columns: number) => [
  `${name} begins`,
  ...wrap(words, columns, '├─ '),
  `${name} ends`,
  footer,
];
const at = (name: string, columns: number): readonly string[] => picture(name)(columns);

describe('a picture on a terminal', () => {
  it('is redrawn in place, at most five times a second, and never clears the screen', async () => {
    const { clock, terminal, screen } = start();
    let count = 0;
    screen.show(() => [`frame ${(count += 1)}`, 'second line']);
    await clock.advance('1s');
    expect(await terminal.lines()).toEqual(['frame 6', 'second line']);
    expect(terminal.written).toHaveLength(6);
    expect(terminal.written.join('')).not.toContain('\u001b[2J');
  });

  it('is not written again while nothing changes, and lines that stay are not touched: a selection stays', async () => {
    const { clock, terminal, screen } = start();
    let age = 0;
    screen.show(() => [`age ${Math.floor((age += 1) / 5)}`, footer]);
    await clock.advance('1s');
    expect(terminal.written.slice(1).join('')).not.toContain('KUBECONFIG');
    expect(terminal.written).toHaveLength(2);
    expect(await terminal.lines()).toEqual(['age 1', footer]);
  });

  it('keeps what happened above it, in order, also where an event is longer than a row', async () => {
    const { terminal, screen } = start(30);
    screen.line('before');
    screen.show(picture('a'));
    screen.line(`shipping ${'x'.repeat(60)}`);
    screen.line('one', 'two');
    expect(await terminal.lines()).toEqual([
      'before',
      `shipping ${'x'.repeat(60)}`,
      'one',
      'two',
      ...at('a', 30),
    ]);
  });

  it('becomes shorter without leaving a rest', async () => {
    const { clock, terminal, screen } = start();
    let isLong = true;
    screen.show((columns) => (isLong ? at('a', columns) : ['short', footer]));
    isLong = false;
    await clock.advance('200ms');
    expect(await terminal.lines()).toEqual(['short', footer]);
    screen.end();
    screen.line('Stopping ...');
    expect(await terminal.lines()).toEqual(['short', footer, 'Stopping ...']);
  });

  it('folds where the terminal is too low, and keeps its last line', async () => {
    const { terminal, screen } = start(40, 6);
    screen.show(() => ['one', 'two', 'three', 'four', 'five', 'six', 'last']);
    expect(await terminal.lines()).toEqual([
      'one',
      'two',
      'three',
      '… 3 more lines: make the window higher',
      'last',
    ]);
  });

  it('stays at the end as it was last, and no timer is left', async () => {
    const { clock, terminal, screen } = start();
    screen.show(picture('a'));
    screen.end();
    screen.line('Stopping ...');
    expect(await terminal.lines()).toEqual([...at('a', 40), 'Stopping ...']);
    expect(clock.pending).toBe(0);
  });

  it('lets no event control the terminal', async () => {
    const { terminal, screen } = start();
    screen.show(picture('a'));
    screen.line('evil \u001b[2J\u001b[H gate');
    expect(await terminal.lines()).toEqual([String.raw`evil \u001b[2J\u001b[H gate`, ...at('a', 40)]);
  });
});

describe('a terminal that is resized', () => {
  it.each([
    ['narrower', [[30, 20]]],
    ['wider', [[70, 20]]],
    [
      'narrower and wider again',
      [
        [25, 20],
        [60, 20],
        [33, 20],
      ],
    ],
    ['higher', [[40, 40]]],
    [
      'lower than the picture and higher again',
      [
        [40, 5],
        [40, 24],
      ],
    ],
    [
      'all at once',
      [
        [20, 9],
        [90, 30],
        [25, 6],
        [40, 24],
      ],
    ],
  ] as const)('shows one picture: %s', async (_how, sizes) => {
    const { clock, terminal, screen } = start(40, 20);
    screen.line('an event before');
    screen.show(picture('a'));
    for (const [columns, rows] of sizes) {
      await terminal.resize(columns, rows);
      await clock.advance('200ms');
    }
    const [columns] = sizes.at(-1) ?? [40];
    expect(await terminal.lines()).toEqual(['an event before', ...at('a', columns)]);
  });

  it('shows the events in order and one picture, whatever happens in whatever order', async () => {
    const deed = fc.oneof(
      fc.record({ kind: fc.constant('width'), to: fc.integer({ min: 20, max: 100 }) }),
      fc.record({ kind: fc.constant('event'), to: fc.integer({ min: 0, max: 99 }) }),
      fc.record({ kind: fc.constant('change'), to: fc.integer({ min: 0, max: 99 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 12 }), async (deeds) => {
        const { clock, terminal, screen } = start(60, 24);
        let name = 'a';
        const events: string[] = [];
        screen.show((columns) => picture(name)(columns));
        for (const { kind, to } of deeds) {
          if (kind === 'width') await terminal.resize(to, 24);
          if (kind === 'event') screen.line((events[events.length] = `event ${to} ${'y'.repeat(to)}`));
          if (kind === 'change') name = `canary-${to}`;
          await clock.advance('200ms');
        }
        const { columns } = terminal.size();
        expect(await terminal.lines()).toEqual([...events, ...at(name, columns)]);
      }),
      { numRuns: 60 },
    );
  });

  it('never shows two pictures on the screen, and keeps every event, whatever happens in whatever order', async () => {
    const deed = fc.record({
      columns: fc.integer({ min: 20, max: 100 }),
      rows: fc.integer({ min: 4, max: 30 }),
      isEvent: fc.boolean(),
      isChange: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 6 }), async (deeds) => {
        const { clock, terminal, screen } = start(60, 24);
        let count = 0;
        const events: string[] = [];
        screen.show((columns) => picture(`canary-${count}`)(columns));
        for (const { columns, rows, isEvent, isChange } of deeds) {
          if (isChange) count += 1;
          if (isEvent) screen.line((events[events.length] = `event ${events.length} ${'y'.repeat(40)}`));
          await terminal.resize(columns, rows);
          await clock.advance('200ms');
          const shown = (await terminal.visible()).filter((line) => /canary-\d+ begins/.test(line));
          expect(shown.length).toBeLessThanOrEqual(1);
        }
        // High enough for all that ever left the screen at its top.
        await terminal.resize(100, 80);
        expect(await terminal.lines()).toEqual([...events, ...at(`canary-${count}`, 100)]);
      }),
      { numRuns: 100 },
    );
  });
});
