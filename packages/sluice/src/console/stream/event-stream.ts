import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';
import { sleep } from '@sluice/lib/time/sleep.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Permissions } from '../access/permissions.ts';
import type { Viewer } from '../access/viewer.ts';
import type { ConsoleContext } from '../console-env.ts';
import type { EventRing } from '../live/event-ring.ts';
import type { BookHealth } from '../live/rollout-book.ts';

export interface StreamDeps {
  readonly events: EventRing;
  readonly health: () => BookHealth;
  readonly permissions: Permissions;
  readonly clock: Clock;
  /** Aborts when the console ends. */
  readonly closing: AbortSignal;
  /** Whether the viewer is still known: a session may have ended. */
  readonly isKnown: (context: ConsoleContext) => Promise<boolean>;
}

const beatMs = 15_000;
/** A browser shares one among its tabs. */
const mostOfViewer = 8;
const mostStreams = 500;

/** Streams of changes: `GET /api/v1/stream?after=ID`, resumed by Last-Event-ID. */
export function createEventStream(deps: StreamDeps): (context: ConsoleContext) => Response {
  const open = new Map<string, number>();
  let count = 0;
  return (context) => {
    const viewer = context.get('viewer');
    const own = open.get(viewer.id) ?? 0;
    // guard: streams-are-bounded
    if (own >= mostOfViewer || count >= mostStreams)
      return context.text('Too many streams are open. Close other tabs of this console.', 429, {
        'retry-after': '10',
      });
    open.set(viewer.id, own + 1);
    count += 1;
    context.header('x-accel-buffering', 'no');
    const after = context.req.header('last-event-id') ?? context.req.query('after') ?? '';
    const answer = streamSSE(context, async (stream) => {
      try {
        await send(deps, context, viewer, stream, after);
      } finally {
        count -= 1;
        const left = (open.get(viewer.id) ?? 1) - 1;
        if (left > 0) open.set(viewer.id, left);
        else open.delete(viewer.id);
      }
    });
    // A proxy must neither keep nor change it.
    answer.headers.set('cache-control', 'no-cache, no-transform');
    return answer;
  };
}

async function send(
  deps: StreamDeps,
  context: ConsoleContext,
  viewer: Viewer,
  stream: SSEStreamingApi,
  after: string,
): Promise<void> {
  const { events, clock, closing } = deps;
  const ended = new AbortController();
  stream.onAbort(() => ended.abort());
  const signal = AbortSignal.any([ended.signal, closing]);
  let last = after === '' ? events.lastId : after;
  let beatAt = clock.now();
  await stream.writeSSE({ event: 'beat', data: String(clock.now()), retry: 2000 });
  while (!signal.aborted) {
    last = await sendAfter(deps, viewer, stream, last);
    if (events.lastId !== last) continue;
    await changeOrTime(events, clock, beatAt + beatMs - clock.now(), signal);
    if (clock.now() < beatAt + beatMs) continue;
    beatAt = clock.now();
    // guard: a-stream-ends-with-its-session
    if (!(await deps.isKnown(context).catch(() => false))) return;
    const { problem } = deps.health();
    await stream.writeSSE({
      event: problem === undefined ? 'beat' : 'stale',
      data: problem ?? String(beatAt),
    });
  }
}

/** Sends what came after an id, and resolves to the id that was reached. */
async function sendAfter(
  { events, permissions }: StreamDeps,
  viewer: Viewer,
  stream: SSEStreamingApi,
  last: string,
): Promise<string> {
  const found = events.after(last);
  if (found.kind === 'gap') {
    const { lastId } = events;
    await stream.writeSSE({ event: 'reset', data: '', id: lastId });
    return lastId;
  }
  for (const event of found.events) {
    // guard: a-stream-shows-what-its-reader-may-list
    if (!(await permissions.mayList(viewer, event.namespace))) continue;
    await stream.writeSSE({ event: 'rollout', data: event.data, id: events.idOf(event) });
  }
  const reached = found.events.at(-1);
  return reached === undefined ? last : events.idOf(reached);
}

/** Resolves with the next event, after `ms`, or when `signal` aborts. */
async function changeOrTime(events: EventRing, clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const stop = events.onAdd(() => woken.abort());
  try {
    await sleep(clock, Math.max(0, ms), AbortSignal.any([signal, woken.signal]));
  } finally {
    stop();
  }
}
