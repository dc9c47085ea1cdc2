import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { apiVersionOf } from '@sluice/kube/objects/resources.ts';
import type { RecordedEvent } from '../store/history.ts';
import { StatusError } from '../store/status-error.ts';
import { choosePresentation } from './choose-presentation.ts';
import type { ApiContext } from './context.ts';
import { booleanParameter, numberParameter } from './query.ts';
import { selectorOf, type Predicate } from './selectors.ts';
import type { Target } from './target.ts';
import { createWatchStream } from './watch-stream.ts';

/**
 * Streams one JSON event per line. Without a resourceVersion, or with 0, the existing objects come first as ADDED; with
 * `sendInitialEvents` a bookmark marked `k8s.io/initial-events-end` follows them, which clients wait for.
 */
export function watchObjects(context: ApiContext, target: Target, request: Request): Response {
  const { store } = context;
  const query = new URL(request.url).searchParams;
  const select = selectorOf(target, query);
  const presentation = choosePresentation(request.headers.get('accept') ?? '', { ...context, target, query });
  const show = presentation.event();
  const start = startOf(query);
  const stream = createWatchStream({
    timeoutSeconds: numberParameter(query, 'timeoutSeconds'),
    setTimer: context.setTimer,
    signals: [request.signal, context.closing],
  });
  const send = (type: string, object: AnyKubeObject): void => stream.send(type, show(object));
  const forward = (event: RecordedEvent): void => {
    const seen = asSeen(event, select);
    if (seen !== undefined) send(seen, event.object);
  };
  const bookmark = (annotations?: Record<string, string>): void => {
    const object = bookmarkOf(target, store.resourceVersion(), annotations);
    stream.send('BOOKMARK', { ...object, ...presentation.bookmarkType });
  };
  if (start.standing) {
    const filter = target.namespace === undefined ? {} : { namespace: target.namespace };
    for (const object of store.list(target.resource, filter)) if (select(object)) send('ADDED', object);
  }
  if (start.initialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' });
  const from = start.standing ? store.resourceVersion() : start.resourceVersion;
  stream.onEnd(store.watch(target.resource, from, forward));
  if (booleanParameter(query, 'allowWatchBookmarks')) stream.onEnd(context.bookmarks.add(() => bookmark()));
  return new Response(stream.body, {
    headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
  });
}

interface WatchStart {
  /** Whether the existing objects come first. */
  readonly standing: boolean;
  readonly initialEvents: boolean;
  readonly resourceVersion: string;
}

function startOf(query: URLSearchParams): WatchStart {
  const resourceVersion = query.get('resourceVersion') ?? '';
  if (!/^\d{0,15}$/.test(resourceVersion)) {
    throw new StatusError(
      400,
      'BadRequest',
      `invalid resource version ${JSON.stringify(resourceVersion.slice(0, 40))}`,
    );
  }
  const initialEvents = query.has('sendInitialEvents') && booleanParameter(query, 'sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  if (initialEvents && (match !== 'NotOlderThan' || !booleanParameter(query, 'allowWatchBookmarks'))) {
    throw new StatusError(
      422,
      'Invalid',
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents needs resourceVersionMatch=NotOlderThan and allowWatchBookmarks=true',
    );
  }
  if (!query.has('sendInitialEvents') && match) {
    throw new StatusError(
      422,
      'Invalid',
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  const fresh = resourceVersion === '' || resourceVersion === '0';
  const skipsStanding = query.get('sendInitialEvents') === 'false';
  return { standing: initialEvents || (fresh && !skipsStanding), initialEvents, resourceVersion };
}

/** The event's type within the selection: a change into it is ADDED, a change out of it is DELETED. */
function asSeen(event: RecordedEvent, select: Predicate): RecordedEvent['type'] | undefined {
  const now = select(event.object);
  if (event.type !== 'MODIFIED' || event.previous === undefined) return now ? event.type : undefined;
  const before = select(event.previous);
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
}

const bookmarkOf = (target: Target, resourceVersion: string, annotations?: Record<string, string>) => ({
  kind: target.resource.kind,
  apiVersion: apiVersionOf(target.resource),
  metadata: {
    resourceVersion,
    creationTimestamp: null,
    ...(annotations === undefined ? {} : { annotations }),
  },
});
