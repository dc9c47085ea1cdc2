/**
 * Collects a stream of bytes in bounded memory: its head and its tail are kept, the bytes between are counted.
 * The tail says why a command failed, the head what it was doing.
 */
export interface BoundedOutput {
  add(chunk: Uint8Array): void;
  /** Head and tail, with a line that says how many bytes are missing. */
  text(): string;
  /** All bytes added, kept or not. */
  readonly totalBytes: number;
}

export function createBoundedOutput(limitBytes: number): BoundedOutput {
  const headLimit = Math.ceil(limitBytes / 2);
  const tailLimit = limitBytes - headLimit;
  const head: Uint8Array[] = [];
  let headBytes = 0;
  let tail: Buffer = Buffer.alloc(0);
  let totalBytes = 0;

  return {
    add(chunk) {
      totalBytes += chunk.byteLength;
      const toHead = chunk.subarray(0, headLimit - headBytes);
      if (toHead.byteLength > 0) {
        // Copied: a slice would keep the whole chunk alive.
        head.push(Uint8Array.from(toHead));
        headBytes += toHead.byteLength;
      }
      const rest = chunk.subarray(toHead.byteLength);
      if (rest.byteLength > 0) tail = keepEnd(tail, rest, tailLimit);
    },
    text() {
      const missing = totalBytes - headBytes - tail.byteLength;
      if (missing === 0) return Buffer.concat([...head, tail]).toString('utf8');
      const gap = `\n... ${missing} bytes of output left out ...\n`;
      return Buffer.concat(head).toString('utf8') + gap + tail.toString('utf8');
    },
    get totalBytes() {
      return totalBytes;
    },
  };
}

function keepEnd(tail: Uint8Array, chunk: Uint8Array, limit: number): Buffer {
  if (limit === 0) return Buffer.alloc(0);
  if (chunk.byteLength >= limit) return Buffer.from(chunk.subarray(chunk.byteLength - limit));
  const kept = tail.subarray(Math.max(0, tail.byteLength + chunk.byteLength - limit));
  return Buffer.concat([kept, chunk]);
}
