import { SluiceError } from '../lib/sluice-error.ts';
import type { HttpResponse } from '../ports/http.ts';

/** More than any sane answer to a query for one number. */
const limitBytes = 1024 * 1024;

/** The body as JSON, at most 1 MiB; `what` names the far side in errors. */
export async function readJson(response: HttpResponse, what: string): Promise<unknown> {
  const text = await readText(response, what);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SluiceError(`${what} answered ${response.status} with broken JSON`, { cause: error });
  }
}

async function readText(response: HttpResponse, what: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limitBytes) {
      await response.discard();
      throw new SluiceError(`${what} answered with more than 1 MiB; ask for fewer series`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
