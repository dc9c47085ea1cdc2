/** Reads a whole body; undefined as soon as it is longer than `limitBytes`, so that no sender can fill the memory. */
export async function readBounded(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limitBytes) return undefined;
    chunks.push(chunk);
  }
  return joined(chunks);
}

/** Joins chunks into one; most bodies have only one, which is not copied. */
export function joined(chunks: readonly Uint8Array[]): Buffer {
  const [only, ...more] = chunks;
  if (only === undefined || more.length > 0) return Buffer.concat(chunks);
  return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
}
