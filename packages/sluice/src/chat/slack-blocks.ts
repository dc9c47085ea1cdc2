import type { ChatButton, ChatMessage } from './platform.ts';

/** Slack's bounds, in characters: header, section text, a field, a button's label. */
const longest = { header: 150, section: 3000, field: 2000, label: 75, text: 3000 } as const;
const mostFields = 10;

/**
 * A message as Block Kit. Every text is `plain_text`, in which Slack finds no mention, no link and no markup; `text`, which
 * notifications show, has no such form and is escaped.
 */
export const slackBody = (message: ChatMessage) => ({
  text: escapeSlack(cut(message.title, longest.text / 6)),
  // `chat.update` would look for names and URLs by default.
  parse: 'none',
  link_names: false,
  unfurl_links: false,
  unfurl_media: false,
  blocks: blocksOf(message),
});

/** Slack reads `<!channel>`, `<@U1>` and `<url|text>` in a text whose `&`, `<` and `>` are not escaped. */
export const escapeSlack = (text: string): string =>
  text.replace(
    /[&<>]/g,
    (character) => /* guard: slack-reads-no-markup-of-others */ entities[character] ?? character,
  );

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

export const plain = (text: string, most: number) => ({
  type: 'plain_text',
  text: cut(text, most),
  // Else `:name:` becomes a picture.
  emoji: false,
});

function blocksOf({ title, question, facts, outcome, link, buttons }: ChatMessage) {
  const elements = [
    ...buttons.map(buttonOf),
    ...(link === undefined
      ? []
      : [{ type: 'button', action_id: 'open', text: plain('Review', longest.label), url: link }]),
  ];
  const fields = facts
    .slice(0, mostFields)
    .map(({ label, value }) => plain(`${label}\n${value}`, longest.field));
  return [
    { type: 'header', text: plain(title, longest.header) },
    ...(question === '' ? [] : [{ type: 'section', text: plain(question, longest.section) }]),
    ...(fields.length === 0 ? [] : [{ type: 'section', fields }]),
    ...(outcome.length === 0 ? [] : [{ type: 'section', text: plain(outcome.join('\n'), longest.section) }]),
    ...(elements.length === 0 ? [] : [{ type: 'actions', elements }]),
  ];
}

const buttonOf = ({ verdict, label, token }: ChatButton) => ({
  type: 'button',
  action_id: verdict,
  text: plain(label, longest.label),
  value: token,
  style: verdict === 'approve' ? 'primary' : 'danger',
});

/** The dialog that asks for a reason; `metadata` comes back with it. */
export const reasonView = (title: string, metadata: string) => ({
  type: 'modal',
  callback_id: 'reason',
  private_metadata: metadata,
  title: plain('Reason', 24),
  submit: plain('Send', 24),
  close: plain('Cancel', 24),
  blocks: [
    { type: 'section', text: plain(title, longest.section) },
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Why?', 2000),
      element: {
        type: 'plain_text_input',
        action_id: 'text',
        multiline: true,
        min_length: 1,
        max_length: 1000,
      },
    },
  ],
});

/** At most `most` characters, never half of a surrogate pair; `…` shows a cut. Slack refuses an empty text. */
export const cut = (text: string, most: number): string =>
  text === ''
    ? '–'
    : text.length <= most
      ? text
      : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
