import { printable } from '@sluice/lib/text/printable.ts';
import type { HttpResponse } from '@sluice/lib/ports/http.ts';

/** Bytes of an answer kept for status, event and log; objects of the API server have to carry them. */
export const ANSWER_TEXT_BYTES = 1024;
/** An answer up to this size is read to its end, so that the pooled connection can be used again. */
const READ_LIMIT_BYTES = 64 * 1024;

export interface AnswerBody {
  readonly bytes: Uint8Array;
  /** The body ended by a failure or by the deadline, not by its sender. */
  readonly cut: boolean;
}

/** Reads at most 64 KiB, then drops the rest with its connection. Never rejects; returns when `signal` aborts. */
export async function readAnswer(response: HttpResponse, signal: AbortSignal): Promise<AnswerBody> {
  const chunks: Uint8Array[] = [];
  const iterator = response.body[Symbol.asyncIterator]();
  let size = 0;
  let cut = false;
  const aborted = abortOf(signal);
  try {
    while (size < READ_LIMIT_BYTES) {
      // The sender may send nothing for ever, so the deadline ends the reading.
      const next = await Promise.race([iterator.next(), aborted.promise]);
      if (next.done === true) break;
      chunks.push(next.value.subarray(0, READ_LIMIT_BYTES - size));
      size += next.value.byteLength;
    }
  } catch {
    cut = true;
  } finally {
    aborted.release();
  }
  if (cut || size >= READ_LIMIT_BYTES) drop(response, iterator);
  return { bytes: Buffer.concat(chunks), cut };
}

/** Not awaited: the sender decides when either settles. Ending the iterator first lets the stream be destroyed. */
function drop(response: HttpResponse, iterator: AsyncIterator<Uint8Array>): void {
  Promise.resolve(iterator.return?.()).catch(() => undefined);
  response.discard().catch(() => undefined);
}

function abortOf(signal: AbortSignal): { promise: Promise<never>; release: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  const onAbort = (): void => reject(new Error('aborted'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  return { promise, release: () => signal.removeEventListener('abort', onAbort) };
}

/** Untrusted bytes as one line for people: invalid UTF-8 is replaced, control characters are shown as escapes. */
export const cleanText = (bytes: Uint8Array): string => printable(new TextDecoder().decode(bytes)).trim();

/** At most `limit` bytes of UTF-8, never half a character; a cut is shown by `…`. */
export function limitBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (/* guard: answers-are-bounded */ bytes.byteLength <= limit) return text;
  let end = limit - 3;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return `${bytes.subarray(0, end).toString()}…`;
}
