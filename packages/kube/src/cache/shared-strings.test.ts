import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedStrings } from './shared-strings.ts';

/**
 * Bytes of the heap that `count` copies of an object keep, each parsed for itself. In a process of its own: what other
 * tests leave to the collector is larger than that.
 */
async function bytesHeldBy(count: number, through: string): Promise<number> {
  const script = `
    import { createSharedStrings } from ${JSON.stringify(new URL('./shared-strings.ts', import.meta.url).href)};
    const strings = createSharedStrings();
    const text = JSON.stringify({ message: 'Deployment has minimum availability, as it had before.'.repeat(2) });
    const held = [];
    const used = () => (gc(), gc(), process.memoryUsage().heapUsed);
    const before = used();
    for (let index = 0; index < ${count}; index += 1) {
      const value = JSON.parse(text);
      ${through};
      held.push(value);
    }
    console.log(used() - before);
    // Still in use, or the collector would have taken them.
    strings.shareIn(held.slice(0, 1));
  `;
  const args = ['--expose-gc', '--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 15_000 });
  return Number(stdout);
}

describe('strings that are shared', () => {
  it('are in memory once', async () => {
    const alone = await bytesHeldBy(20_000, '');
    const shared = await bytesHeldBy(20_000, 'strings.shareIn(value)');
    // An object with one string of 108 characters.
    expect(alone).toBeGreaterThan(20_000 * 108);
    expect(shared).toBeLessThan(alone / 2);
  });

  it('read as they did', () => {
    const strings = createSharedStrings();
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const before = JSON.stringify(value);
        strings.shareIn(value);
        expect(JSON.stringify(value)).toBe(before);
      }),
    );
  });

  it('are not looked for in what is frozen', () => {
    const frozen = Object.freeze({ kind: 'ConfigMap', data: Object.freeze(['a']) });
    expect(() => {
      createSharedStrings().shareIn({ frozen });
    }).not.toThrow();
  });

  it('are forgotten when they no longer recur', async () => {
    const bytes = await bytesHeldBy(
      100_000,
      "strings.shareIn([`app-${index}-`.padEnd(120, 'x')]); held.pop()",
    );
    // 100,000 of them would be 13 MB.
    expect(bytes).toBeLessThan(4_000_000);
  });
});
