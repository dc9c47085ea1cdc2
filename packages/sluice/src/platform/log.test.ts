import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { HttpError } from '@sluice/lib/http/http-error.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { createLog } from './log.ts';
import type { LogOptions } from './log.ts';

function start(options: Partial<LogOptions> = {}): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const destination = { write: (text: string) => lines.push(text) };
  const clock = createFakeClock('2026-03-04T05:06:07.089Z');
  return { log: createLog({ level: 'debug', encoding: 'json', destination, clock, ...options }), lines };
}

describe('the log', () => {
  it('writes one JSON object a line with level, ts, msg and the fields of its parents', () => {
    const { log, lines } = start();
    log.child({ canary: 'podinfo.test' }).info('advancing', { weight: 10 });
    expect(lines).toEqual([
      '{"level":"info","ts":"2026-03-04T05:06:07.089Z","canary":"podinfo.test","weight":10,"msg":"advancing"}\n',
    ]);
  });

  it('names its levels as Flagger does', () => {
    const { log, lines } = start();
    log.debug('a');
    log.warn('b');
    log.error('c');
    expect(lines.map((line) => /"level":"(\w+)"/.exec(line)?.[1])).toEqual(['debug', 'warn', 'error']);
  });

  it.each([
    ['info', 2],
    ['error', 1],
    ['fatal', 0],
    ['panic', 0],
  ] as const)('at level %s keeps %i of an info and an error', (level, kept) => {
    const { log, lines } = start({ level });
    log.debug('never');
    log.info('one');
    log.error('two');
    expect(lines).toHaveLength(kept);
  });

  it('writes an error as its sentence, with the stack at level error only', () => {
    const { log, lines } = start();
    const error = new HttpError('refused', 'GET http://x: connection refused');
    log.warn('hook failed', { error });
    log.error('hook failed', { error });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: 'GET http://x: connection refused' });
    expect(lines[0]).not.toContain('stacktrace');
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ stacktrace: expect.stringContaining('log.test.ts') });
  });

  it('writes for people in columns', () => {
    const { log, lines } = start({ encoding: 'console' });
    log.info('advancing', { canary: 'podinfo.test' });
    log.info('plain\nline');
    expect(lines).toEqual([
      '2026-03-04T05:06:07.089Z\tinfo\tadvancing\t{"canary":"podinfo.test"}\n',
      '2026-03-04T05:06:07.089Z\tinfo\tplain\\nline\n',
    ]);
  });
});
