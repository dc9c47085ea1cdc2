import { readBounded } from '@sluice/lib/http/read-bounded.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import type { HttpClient } from '@sluice/lib/ports/http.ts';

const longestAnswer = 1024 * 1024;

/** What a library asks of `fetch`, by the HTTP client of this process: texts alone, redirects not followed. */
export const fetchOver =
  (http: HttpClient) =>
  async (
    url: string,
    options: {
      readonly method: string;
      readonly headers: Record<string, string>;
      readonly body?: unknown;
      readonly signal?: AbortSignal;
    },
  ): Promise<Response> => {
    const { method, headers, body, signal } = options;
    const text =
      body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : undefined;
    const answer = await http.send(
      {
        method: method === 'POST' ? 'POST' : 'GET',
        url,
        headers,
        ...(text === undefined ? {} : { body: text }),
      },
      signal ?? new AbortController().signal,
    );
    const bytes = await readBounded(answer.body, longestAnswer);
    if (bytes === undefined) throw new SluiceError(`${maskUrl(url)}: the answer is longer than 1 MiB`);
    return new Response(bytes, { status: answer.status, headers: answer.headers });
  };
