import type { RequestListener } from 'node:http';
import type { ObjectRef } from '@sluice/kube/objects/kube-object.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import type { Clock } from '@sluice/lib/ports/clock.ts';
import type { Log } from '@sluice/lib/ports/log.ts';
import type { User } from '../people/who-am-i.ts';
import { createChatListener } from './chat-listener.ts';
import { createClickLimit } from './click-limit.ts';
import { decideClick } from './decide-click.ts';
import type { ClickDeps } from './decide-click.ts';
import { createMessageBook } from './message-book.ts';
import { createNotifier } from './notifier.ts';
import type { CanarySource, Notifier } from './notifier.ts';
import type { Click, PlatformName } from './platform.ts';
import type { Chat, DescribeCanary } from './sync-message.ts';
import { createUsedButtons } from './used-buttons.ts';

export interface ChatServiceDeps {
  readonly chats: readonly Chat[];
  readonly canaries: CanarySource;
  readonly describe: DescribeCanary;
  /** Reads and writes the ConfigMap of posted messages. */
  readonly client: KubeClient;
  /** A client that acts in the name of a user. */
  readonly clientFor: (user: User) => KubeClient;
  readonly userOf: (chat: PlatformName, chatUser: string) => User | undefined;
  readonly clock: Clock;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
}

export interface ChatServiceOptions {
  /** ConfigMap of posted messages. */
  readonly store: ObjectRef;
  readonly console: string | undefined;
  readonly buttonsLastMs: number;
  /** Problems outside of the chats, such as of the watch on Canaries. */
  readonly problems?: () => readonly string[];
}

export interface ChatService {
  /** Answers callbacks and health checks. */
  readonly listener: RequestListener;
  /** Ends calls and clicks that are on. */
  stop(): Promise<void>;
}

/** Clicks of one chat user: nobody presses faster, and each is a write to the API server. */
const clickRate = { most: 10, perMs: 60_000 };

/** Messages, clicks and callbacks of all chats. Works from creation until `stop`. */
export function createChatService(deps: ChatServiceDeps, options: ChatServiceOptions): ChatService {
  const { chats, canaries, describe, clock, random, log } = deps;
  const { console, buttonsLastMs } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const book = createMessageBook(deps.client, options.store);
  const notifier = createNotifier({
    chats,
    canaries,
    describe,
    book,
    clock,
    random,
    log,
    console,
    buttonsLastMs,
  });
  const clicks = clicksOf(deps, notifier);
  const onClick = (chat: Chat, click: Click): Promise<void> => {
    const work = decideClick(clicks, chat, click, stopping.signal).finally(() => running.delete(work));
    running.add(work);
    return work;
  };
  const health = () => ({
    isReady: notifier.isReady(),
    problems: [...(options.problems?.() ?? []), ...notifier.problems()],
  });
  return {
    listener: createChatListener({ chats, onClick, health, clock, log }),
    async stop() {
      stopping.abort();
      await Promise.all([notifier.stop(), ...running]);
    },
  };
}

const clicksOf = (
  { canaries, describe, clientFor, userOf, clock, log }: ChatServiceDeps,
  notifier: Notifier,
): ClickDeps => ({
  userOf,
  clientFor,
  placeOf: (approval) => notifier.placeOf(approval),
  canaryAt: (ref) => canaries.get(ref),
  describe,
  refresh: (approval) => notifier.refresh(approval),
  used: createUsedButtons(),
  limit: createClickLimit(clock, clickRate),
  clock,
  log,
});
