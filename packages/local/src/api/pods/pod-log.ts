import { setTimeout } from 'node:timers/promises';
import type { LogOptions } from '../../contracts.ts';
import type { ApiContext } from '../context.ts';
import { booleanParameter, numberParameter } from '../query.ts';
import type { Target } from '../target.ts';
import { podContainer } from './pod-container.ts';

/** Milliseconds to wait for the first output; an error within them is answered with its own status. */
const settleMs = 100;

/** `GET pods/x/log` as plain text; with `follow`, until the container ends or the client disconnects. */
export async function podLog(context: ApiContext, target: Target, request: Request): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const { pod, container, runtime } = podContainer(context, target, query.get('container'));
  const leaving = new AbortController();
  const signal = AbortSignal.any([request.signal, context.closing, leaving.signal]);
  const chunks = runtime.logs(pod, { container, ...logOptions(query) }, signal)[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<Uint8Array>> | undefined = chunks.next();
  await Promise.race([next, setTimeout(settleMs)]);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const result = await (next ?? chunks.next());
        next = undefined;
        if (result.done === true) controller.close();
        else controller.enqueue(result.value);
      } catch (error) {
        // The status line was already sent, so the body can only end here.
        if (signal.aborted) controller.close();
        else controller.error(error);
      }
    },
    cancel: () => leaving.abort(),
  });
  return new Response(body, { headers: { 'content-type': 'text/plain; charset=utf-8' } });
}

function logOptions(query: URLSearchParams): LogOptions {
  const tailLines = numberParameter(query, 'tailLines');
  const sinceSeconds = numberParameter(query, 'sinceSeconds');
  const limitBytes = numberParameter(query, 'limitBytes');
  return {
    follow: booleanParameter(query, 'follow'),
    previous: booleanParameter(query, 'previous'),
    timestamps: booleanParameter(query, 'timestamps'),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}
