import { callChat } from './call-chat.ts';
import type { ChatDeps } from './call-chat.ts';
import { ChatError } from './chat-error.ts';
import { noClicks } from './platform.ts';
import type { ChatMessage, ChatPlatform } from './platform.ts';

export interface LinkOptions {
  readonly url: string;
}

/**
 * Any other chat: a POST of `{ approval, namespace, name, text, link, title, question, facts, outcome }` as JSON. Texts are as
 * others wrote them: the receiver escapes them for its own chat.
 */
export const createLink = (deps: ChatDeps, { url }: LinkOptions): ChatPlatform => {
  const post = async (message: ChatMessage, signal: AbortSignal): Promise<void> => {
    const attempt = 'link webhook';
    const { status, retryAfterMs } = await callChat(deps, { attempt, url, body: bodyOf(message) }, signal);
    if (status >= 200 && status < 300) return;
    throw new ChatError(`${attempt} answered ${status}`, {
      retryAfterMs: status === 429 || status === 503 ? retryAfterMs : undefined,
    });
  };
  return {
    name: 'link',
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

function bodyOf({ about, title, question, facts, outcome, link }: ChatMessage) {
  const lines = [title, question, ...facts.map(({ label, value }) => `${label}: ${value}`), ...outcome];
  return {
    ...about,
    text: lines.filter((line) => line !== '').join('\n'),
    ...(link === undefined ? {} : { link }),
    title,
    question,
    facts,
    outcome,
  };
}
