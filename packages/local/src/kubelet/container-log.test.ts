import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createContainerLog } from './container-log.ts';
import { readLog } from './read-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-log-'));
afterEach(() => {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
});

function createLog(maxBytes?: number) {
  const clock = createFakeClock('2026-01-01T00:00:00Z');
  const path = join(folder, 'main.0.log');
  const log = createContainerLog({
    path,
    now: () => clock.now(),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  const write = (text: string | Buffer): void => log.write('stdout', Buffer.from(text));
  const read = async (options: Partial<Parameters<typeof readLog>[1]> = {}): Promise<string> => {
    const all = { follow: false, timestamps: false, ...options };
    const chunks: Uint8Array[] = [];
    for await (const chunk of readLog(log, all, clock.now(), AbortSignal.timeout(5000))) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  return { clock, log, write, read };
}

describe('the log of a container', () => {
  it('joins what came in pieces, and keeps the last line that has no end', async () => {
    const { log, write, read } = createLog();
    const [first, second] = [Buffer.from('grü').subarray(0, 3), Buffer.from('grü').subarray(3)];
    write(first);
    write(second);
    write('n\nrot');
    log.close();
    expect(await read()).toBe('grün\nrot\n');
  });

  it('gives the last lines, those since a time, with their times, and no more bytes than asked for', async () => {
    const { clock, write, read } = createLog();
    write('one\ntwo\n');
    await clock.advance('60s');
    write('three\n');
    expect(await read({ tailLines: 2 })).toBe('two\nthree\n');
    expect(await read({ tailLines: 0 })).toBe('');
    expect(await read({ sinceSeconds: 30 })).toBe('three\n');
    expect(await read({ sinceSeconds: 30, timestamps: true })).toBe('2026-01-01T00:01:00.000Z three\n');
    expect(await read({ limitBytes: 5 })).toBe('one\nt');
  });

  it('is followed without a gap until the container ends', async () => {
    const { log, write, read } = createLog();
    write('before\n');
    const reading = read({ follow: true });
    write('meanwhile\n');
    await new Promise(setImmediate);
    write('after\n');
    log.close();
    expect(await reading).toBe('before\nmeanwhile\nafter\n');
  });

  it('stays within its bounds and keeps the newest', async () => {
    const { write, read } = createLog(1000);
    for (let line = 0; line < 200; line += 1) write(`line ${line}\n`);
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1000);
    expect(sizes).toHaveLength(2);
    expect(await read({ tailLines: 1 })).toBe('line 199\n');
  });

  it('begins anew with each run', async () => {
    const first = createLog();
    first.write('old\n');
    first.log.close();
    expect(await createLog().read()).toBe('');
  });
});
