import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSharedStrings } from './shared-strings.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What `count` copies of an object, each parsed for itself, keep of the heap. */
function bytesHeldBy(count: number, through: (value: unknown) => void): number {
  const text = JSON.stringify({
    message: 'Deployment has minimum availability, as it had before.'.repeat(2),
  });
  const held: unknown[] = [];
  collectGarbage();
  const before = getHeapStatistics().used_heap_size;
  for (let index = 0; index < count; index += 1) {
    const value: unknown = JSON.parse(text);
    through(value);
    held.push(value);
  }
  collectGarbage();
  const bytes = getHeapStatistics().used_heap_size - before;
  expect(held).toHaveLength(count);
  return bytes;
}

describe('strings that are shared', () => {
  it('are in memory once', () => {
    const alone = bytesHeldBy(20_000, () => undefined);
    const strings = createSharedStrings();
    const shared = bytesHeldBy(20_000, (value) => {
      strings.shareIn(value);
    });
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

  it('are forgotten when they no longer recur', () => {
    const strings = createSharedStrings();
    const bytes = bytesHeldBy(1, () => {
      for (let index = 0; index < 100_000; index += 1) strings.shareIn([`app-${index}-`.padEnd(120, 'x')]);
    });
    // Still in use, or the collector would have taken it with all that it knows.
    strings.shareIn(['app']);
    // 100,000 of them would be 13 MB.
    expect(bytes).toBeLessThan(4_000_000);
  });
});
