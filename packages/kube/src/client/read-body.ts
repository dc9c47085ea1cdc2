import { isRecord } from '@sluice/lib/json/json-read.ts';
import { joined } from '@sluice/lib/http/read-bounded.ts';
import type { HttpResponse } from '@sluice/lib/ports/http.ts';

/** The whole body as text; throws above `limitBytes`, so that no answer can fill the memory. */
export async function readBody(response: HttpResponse, limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limitBytes) throw new Error(`the answer is longer than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return joined(chunks).toString('utf8');
}

/** Undefined when the text is not a JSON object. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export const asObject = (value: unknown): Record<string, unknown> | undefined =>
  isRecord(value) ? value : undefined;
