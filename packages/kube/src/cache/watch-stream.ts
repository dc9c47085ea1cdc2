import type { ResourceType } from '../objects/kube-object.ts';
import { apiVersionOf } from '../objects/resources.ts';
import { tieAbort } from '@sluice/lib/time/tied-abort.ts';
import type { WatchEvent, WatchOptions } from '../ports/kube.ts';
import { toKubeObject } from '../objects/read-object.ts';
import type { KubeTransport } from '../client/kube-transport.ts';
import { asObject, parseObject } from '../client/read-body.ts';
import { collectionPath, nameOf } from '../client/resource-path.ts';
import { errorOfFailure, errorOfStatus } from '../client/status-error.ts';
import { watchLines } from './watch-lines.ts';

/** An object in etcd has at most 1.5 MiB; escaped as JSON it may be a few times that. */
const longestEventBytes = 16 * 1024 * 1024;
const metadataType = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json';

// No code reads this reason. It is made once, because an abort without a reason makes a new error, with its stack.
const over = new Error('the watch is over');

/** Yields the events of one watch, until the server ends it. Leaving the loop early closes its connection. */
export async function* watchKind(
  transport: KubeTransport,
  resource: ResourceType,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent, void, undefined> {
  const attempt = `watch ${nameOf(resource, options)}`;
  const { namespace, metadataOnly = false, ...selection } = options;
  const left = tieAbort(signal);
  const call = {
    attempt,
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: { ...selection, watch: true, allowWatchBookmarks: true },
    ...(metadataOnly ? { accept: metadataType } : {}),
  } as const;
  try {
    const response = await transport.open(call, left.signal);
    for await (const line of watchLines(response.body, longestEventBytes)) {
      yield toEvent(resource, line, attempt, metadataOnly);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw errorOfFailure(attempt, error);
  } finally {
    left.abort(over);
    left.untie();
  }
  signal.throwIfAborted();
}

function toEvent(resource: ResourceType, line: string, attempt: string, metadataOnly: boolean): WatchEvent {
  const event = parseObject(line);
  const type = event?.['type'];
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: toKubeObject(resource, event?.['object'], attempt, metadataOnly) };
    case 'BOOKMARK':
      return { type, object: toBookmark(resource, event?.['object']) };
    case 'ERROR':
      throw errorOfStatus(attempt, event?.['object']);
    default:
      throw errorOfFailure(attempt, 'an event that is not one of the Kubernetes API', 'InvalidAnswer');
  }
}

/** A bookmark has no name, only the resource version that the watch has reached. */
function toBookmark(resource: ResourceType, value: unknown): WatchEvent['object'] {
  const metadata = asObject(asObject(value)?.['metadata']) ?? {};
  const version = metadata['resourceVersion'];
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: { name: '', ...(typeof version === 'string' ? { resourceVersion: version } : {}) },
  };
}
