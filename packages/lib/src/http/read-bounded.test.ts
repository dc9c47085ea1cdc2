import { describe, expect, it } from 'vitest';
import { readBounded } from './read-bounded.ts';

function bodyOf(...chunks: string[]) {
  const seen = { taken: 0, left: false };
  async function* body() {
    try {
      for (const chunk of chunks) {
        seen.taken += 1;
        yield Buffer.from(chunk);
        await Promise.resolve();
      }
    } finally {
      seen.left = true;
    }
  }
  return { body: body(), seen };
}

describe('a body that is read with a bound', () => {
  it('comes whole when it is as long as the bound', async () => {
    expect((await readBounded(bodyOf('one', 'two').body, 6))?.toString()).toBe('onetwo');
  });

  it('is nothing when it has nothing', async () => {
    expect(await readBounded(bodyOf().body, 0)).toEqual(Buffer.alloc(0));
  });

  it('is let go at the chunk that is too much, and not read on', async () => {
    const { body, seen } = bodyOf('one', 'two', 'three');
    expect(await readBounded(body, 5)).toBeUndefined();
    expect(seen).toEqual({ taken: 2, left: true });
  });

  it('counts bytes, not characters', async () => {
    expect(await readBounded(bodyOf('äö').body, 3)).toBeUndefined();
  });

  it('fails as its sender fails', async () => {
    async function* broken() {
      yield Buffer.from('one');
      await Promise.resolve();
      throw new Error('reset');
    }
    await expect(readBounded(broken(), 100)).rejects.toThrow('reset');
  });
});
