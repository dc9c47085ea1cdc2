import type { ResourceType } from '../objects/kube-object.ts';
import { createBackOff } from '@sluice/lib/time/back-off.ts';
import { isExpired, isNotFound, KubeError } from '../objects/kube-error.ts';
import { sleep } from '@sluice/lib/time/sleep.ts';
import { describeError } from '@sluice/lib/errors/sluice-error.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { KubeClient, ObjectList, WatchEvent } from '../ports/kube.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import { listPages } from './list-pages.ts';
import { nameOf } from '../client/resource-path.ts';
import { isNewer } from './resource-version.ts';
import { createStallDetector } from './stall-detector.ts';

export interface ReflectorDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  /** 0 up to 1. */
  readonly random: () => number;
}

export interface ReflectorScope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly metadataOnly?: boolean;
}

/** Receives the lists and events of a reflector. All calls are synchronous. */
export interface ReflectorSink {
  readonly resourceVersion: string | undefined;
  beginList(): void;
  replace(list: ObjectList): void;
  apply(event: WatchEvent): void;
  /** The server does not know the kind: the cached objects must go. Called at each attempt. */
  notInstalled(): void;
  /** A watch begins. `giveUp` ends it as stalled, and the kind is listed anew. */
  watching(giveUp: () => void): void;
  /** Reports why the cache may be behind; undefined when list and watch run. */
  problem(reason: string | undefined): void;
}

const brokenRange = { firstMs: 500, maxMs: 30_000 };
/** Retries of a kind that is not installed: soon after it disappears, later every 30 to 60 s. */
const missingRange = { firstMs: 2000, maxMs: 60_000 };
/** API servers send a bookmark once a minute; a watch silent for 90 s has a dead connection. */
export const stallMs = 90_000;
/** A watch that ends sooner than this, without an event, counts as failed, or it would be reopened in a tight loop. */
const shortWatchMs = 1000;
/** A watch may be silent for a minute; one that was not refused within this time counts as open. */
const standsAfterMs = 5000;

/**
 * Keeps `sink` equal to the server until `signal` aborts. It lists, then watches from the list's version. A watch that
 * ended is reopened from the last version seen; when that version is too old, it lists again. Never rejects.
 */
export async function runReflector(
  deps: ReflectorDeps,
  resource: ResourceType,
  scope: ReflectorScope,
  sink: ReflectorSink,
  signal: AbortSignal,
): Promise<void> {
  const backoff = createBackOff(brokenRange, deps.random);
  const missing = createBackOff(missingRange, deps.random);
  let relist = true;
  while (!signal.aborted) {
    const listed = relist;
    try {
      if (relist) await list(deps, resource, scope, sink, signal);
      relist = false;
      missing.reset();
      await watch(deps, resource, scope, sink, signal, () => {
        if (backoff.failures > 0) deps.log.info('watch is back', { resource: nameOf(resource, scope) });
        backoff.reset();
        sink.problem(undefined);
      });
    } catch (error) {
      if (signal.aborted) return;
      relist ||= needsList(error);
      // The server is back, and the list must come next: it does not wait for the back-off of a long outage.
      if (isExpired(error) && !listed) backoff.reset();
      const isMissing = isNotFound(error);
      if (isMissing) sink.notInstalled();
      await sleep(deps.clock, isMissing ? missing.next() : failed(error), signal);
    }
  }

  function failed(error: unknown): number {
    const reason = describeError(error);
    const fields = { resource: nameOf(resource, scope), error: reason };
    // One warning per outage; further failures are logged at debug level.
    if (backoff.failures === 0 && !isExpired(error)) deps.log.warn('watch broke, trying again', fields);
    else deps.log.debug('watch broke, trying again', fields);
    sink.problem(reason);
    const told = error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(told, backoff.next());
  }
}

async function list(
  { client }: ReflectorDeps,
  resource: ResourceType,
  scope: ReflectorScope,
  sink: ReflectorSink,
  signal: AbortSignal,
): Promise<void> {
  sink.beginList();
  sink.replace(await listPages(client, resource, scope, signal));
}

/** Runs one watch to its end. Calls `stands` when the server has accepted it. */
async function watch(
  { client, clock, random }: ReflectorDeps,
  resource: ResourceType,
  scope: ReflectorScope,
  sink: ReflectorSink,
  signal: AbortSignal,
  stands: () => void,
): Promise<void> {
  const startedAt = clock.now();
  const stall = createStallDetector(clock, stallMs, () => stalled(resource, scope), signal);
  const cancelStands = clock.setTimer(standsAfterMs, stands);
  sink.watching(() => stall.giveUp());
  try {
    const events = client.watch(
      resource,
      {
        ...scope,
        resourceVersion: sink.resourceVersion ?? '',
        // Spread over five minutes, so that watches opened together do not end together.
        timeoutSeconds: 300 + Math.floor(300 * random()),
      },
      stall.signal,
    );
    let seen = 0;
    for await (const event of events) {
      // guard: a-busy-watch-is-not-stalled
      stall.touch();
      seen += 1;
      if (seen === 1) stands();
      // guard: versions-that-went-back-list-anew
      if (isNewer(sink.resourceVersion, event.object.metadata.resourceVersion) === true) {
        throw wentBack(resource, scope);
      }
      sink.apply(event);
    }
    // guard: a-watch-that-ends-at-once-backs-off
    if (seen === 0 && clock.now() - startedAt < shortWatchMs) throw endedAtOnce(resource, scope);
    stands();
  } finally {
    cancelStands();
    stall.stop();
  }
}

const stalled = (resource: ResourceType, scope: ReflectorScope): KubeError =>
  new KubeError(
    `watch ${nameOf(resource, scope)}: silent, although there is news or for ${stallMs / 1000} s`,
    {
      code: 0,
      reason: 'Stalled',
    },
  );

const endedAtOnce = (resource: ResourceType, scope: ReflectorScope): KubeError =>
  new KubeError(`watch ${nameOf(resource, scope)}: the server ended it at once`, {
    code: 0,
    reason: 'EndedAtOnce',
  });

/** Versions only grow, so the server was recreated or restored. Only a new list is valid then. */
const wentBack = (resource: ResourceType, scope: ReflectorScope): KubeError =>
  new KubeError(`watch ${nameOf(resource, scope)}: the server's versions went back`, {
    code: 410,
    reason: 'Expired',
  });

/**
 * A stalled watch may wait for versions that a restored server has not reached yet, so a stall needs a list, too.
 * So does a defect of ours, because the version of the cache is unknown then.
 */
const needsList = (error: unknown): boolean =>
  !(error instanceof KubeError) ||
  // guard: too-old-a-version-lists-anew
  isExpired(error) ||
  isNotFound(error) ||
  // guard: silence-lists-anew
  error.reason === 'Stalled';
