import type { IncomingMessage, ServerResponse } from 'node:http';

export interface ControllerHttp {
  /** Problems that make the controller not ready; empty when it is ready. */
  readonly problems: () => readonly string[];
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

interface Page {
  readonly status: number;
  readonly text: string;
  readonly contentType?: string;
}

/**
 * `/healthz` (the process lives), `/readyz` (it can work) and `/metrics`. Without a framework: the
 * `Request` and `Response` of one would load a second HTTP client into the process.
 */
export function createControllerPages(deps: ControllerHttp) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    pageOf(deps, request).then(
      ({ status, text, contentType = 'text/plain; charset=UTF-8' }) =>
        response.writeHead(status, { 'content-type': contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };
}

async function pageOf(deps: ControllerHttp, { method, url = '/' }: IncomingMessage): Promise<Page> {
  const path = url.split('?', 1)[0];
  if (method !== 'GET' && method !== 'HEAD') return notFound;
  if (path === '/healthz') return { status: 200, text: 'OK' };
  if (path === '/readyz') return readiness(deps.problems());
  if (path === '/metrics') return { status: 200, ...(await deps.metrics()) };
  return notFound;
}

const notFound: Page = { status: 404, text: '404 Not Found' };

const readiness = (problems: readonly string[]): Page =>
  problems.length === 0
    ? { status: 200, text: 'OK' }
    : { status: 503, text: `not ready\n${problems.join('\n')}\n` };
