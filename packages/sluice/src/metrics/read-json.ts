import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { HttpResponse } from '@sluice/lib/ports/http.ts';

/** Far more than an answer to a query for one number needs. */
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
  const body = await readBounded(response.body, limitBytes);
  if (body !== undefined) return body.toString('utf8');
  await response.discard();
  throw new SluiceError(`${what} answered with more than 1 MiB; ask for fewer series`);
}
