import type { ChatDeps } from './call-chat.ts';
import { createOneWayChat } from './one-way-chat.ts';
import type { ChatMessage, ChatPlatform } from './platform.ts';

export interface TeamsOptions {
  /** URL of a workflow "When a Teams webhook request is received": all the secret there is. */
  readonly url: string;
}

/** Teams by a workflow's webhook; the button opens the page of the console. */
export const createTeams = (deps: ChatDeps, { url }: TeamsOptions): ChatPlatform =>
  createOneWayChat(deps, { name: 'teams', url, attempt: 'Teams webhook', bodyOf: cardOf, patience: [429] });

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
