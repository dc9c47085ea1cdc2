import { callChat } from './call-chat.ts';
import type { ChatDeps } from './call-chat.ts';
import { ChatError } from './chat-error.ts';
import { noClicks } from './platform.ts';
import type { ChatMessage, ChatPlatform } from './platform.ts';

export interface TeamsOptions {
  /** URL of a workflow "When a Teams webhook request is received": all the secret there is. */
  readonly url: string;
}

/**
 * Teams by a workflow's webhook. It answers no id and sends no clicks: a message cannot be edited, so what became of an approval is
 * a second message, and the button opens the page of the console.
 */
export const createTeams = (deps: ChatDeps, { url }: TeamsOptions): ChatPlatform => {
  const post = async (message: ChatMessage, signal: AbortSignal): Promise<void> => {
    const attempt = 'Teams webhook';
    const { status, retryAfterMs } = await callChat(deps, { attempt, url, body: cardOf(message) }, signal);
    if (status >= 200 && status < 300) return;
    throw new ChatError(`${attempt} answered ${status}`, {
      retryAfterMs: status === 429 ? retryAfterMs : undefined,
    });
  };
  return {
    name: 'teams',
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

/** A TextBlock and a FactSet read Markdown, links included; the runs of a RichTextBlock are shown as they are. */
const textOf = (text: string, run: Readonly<Record<string, unknown>> = {}) => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: text.slice(0, 2_000), ...run }],
});

const cardOf = ({ title, question, facts, outcome, link }: ChatMessage) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.4',
        body: [
          textOf(title, { weight: 'Bolder', size: 'Medium' }),
          ...(question === '' ? [] : [textOf(question)]),
          ...facts.map(({ label, value }) => textOf(`${label}: ${value}`)),
          ...outcome.map((line) => textOf(line)),
        ],
        actions: link === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Review', url: link }],
      },
    },
  ],
});
