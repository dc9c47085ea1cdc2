import { callChat } from './call-chat.ts';
import type { ChatDeps } from './call-chat.ts';
import { ChatError } from './chat-error.ts';
import { noClicks } from './platform.ts';
import type { ChatMessage, ChatPlatform } from './platform.ts';

export interface OneWayChat {
  readonly name: ChatPlatform['name'];
  readonly url: string;
  /** What failed, in an error: `Teams webhook`. */
  readonly attempt: string;
  readonly bodyOf: (message: ChatMessage) => object;
  /** Answers whose `Retry-After` counts. */
  readonly patience: readonly number[];
}

/**
 * A chat behind one webhook. It answers no id and sends no clicks: a message cannot be edited, so what became of an approval
 * is a second message.
 */
export const createOneWayChat = (
  deps: ChatDeps,
  { name, url, attempt, bodyOf, patience }: OneWayChat,
): ChatPlatform => {
  const post = async (message: ChatMessage, signal: AbortSignal): Promise<void> => {
    const { status, retryAfterMs } = await callChat(deps, { attempt, url, body: bodyOf(message) }, signal);
    if (status >= 200 && status < 300) return;
    throw new ChatError(`${attempt} answered ${status}`, {
      retryAfterMs: patience.includes(status) ? retryAfterMs : undefined,
    });
  };
  return {
    name,
    takesClicks: false,
    edits: false,
    async post(message, signal) {
      await post(message, signal);
      return { channel: '', id: '' };
    },
    edit: (_ref, message, signal) => post(message, signal),
    readClick: () => noClicks,
    reply: () => Promise.resolve(),
  };
};
