import { describe, expect, it } from 'vitest';
import { createBoundedOutput } from './bounded-output.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('bounded output', () => {
  it('keeps everything below its limit, in order', () => {
    const output = createBoundedOutput(10);
    for (const part of ['abc', 'de', '', 'fghij']) output.add(bytes(part));
    expect(output.text()).toBe('abcdefghij');
  });

  it('keeps head and tail above its limit and says how much is missing', () => {
    const output = createBoundedOutput(10);
    for (const part of ['abc', 'defgh', 'ijklmnop', 'qrstu', 'vwxyz']) output.add(bytes(part));
    expect(output.text()).toBe('abcde\n... 16 bytes of output left out ...\nvwxyz');
    expect(output.totalBytes).toBe(26);
  });

  it('takes one chunk far larger than its limit', () => {
    const output = createBoundedOutput(4);
    output.add(bytes(`ab${'-'.repeat(100_000)}yz`));
    expect(output.text()).toBe('ab\n... 100000 bytes of output left out ...\nyz');
  });
});
