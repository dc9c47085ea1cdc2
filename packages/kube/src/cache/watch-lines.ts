import { joined } from '@sluice/lib/http/read-bounded.ts';

/**
 * Splits a watch's bytes into lines, one JSON event each. A line above `limitBytes` throws: the server is broken,
 * and no answer may fill the memory. A last line without its end is incomplete and is dropped.
 */
export async function* watchLines(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): AsyncGenerator<string, void, undefined> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = joined([...held, chunk.subarray(start, end)]).toString('utf8');
      held = [];
      heldBytes = 0;
      start = end + 1;
      if (line.trim() !== '') yield line;
    }
    if (start === chunk.byteLength) continue;
    held.push(chunk.subarray(start));
    heldBytes += chunk.byteLength - start;
    if (heldBytes > limitBytes) throw new Error(`a watch event is longer than ${limitBytes} bytes`);
  }
}
