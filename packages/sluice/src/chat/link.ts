import type { ChatDeps } from './call-chat.ts';
import { createOneWayChat } from './one-way-chat.ts';
import type { ChatMessage, ChatPlatform } from './platform.ts';

export interface LinkOptions {
  readonly url: string;
}

/**
 * Any other chat: a POST of `{ approval, namespace, name, text, link, title, question, facts, outcome }` as JSON. Texts are as
 * others wrote them: the receiver escapes them for its own chat.
 */
export const createLink = (deps: ChatDeps, { url }: LinkOptions): ChatPlatform =>
  createOneWayChat(deps, { name: 'link', url, attempt: 'link webhook', bodyOf, patience: [429, 503] });

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
