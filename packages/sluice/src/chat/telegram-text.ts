import type { ChatMessage } from './platform.ts';

/** Telegram's bound for a message. It counts without markup; ours counts all. */
const longestText = 4096;
const longestLine = 300;

/**
 * A message as Telegram's HTML. Texts of others stand in `<code>`: there Telegram finds no mention, no link and no command, and
 * an escaped text ends no tag. Lines that do not fit any more are left out.
 */
export function telegramText({ title, question, facts, outcome }: ChatMessage): string {
  const lines = [
    `<b>${others(title)}</b>`,
    ...(question === '' ? [] : [others(question)]),
    ...facts.map(({ label, value }) => `${escapeTelegram(label)}: ${others(value)}`),
    ...outcome.map(others),
  ];
  return lines.reduce((text, line) =>
    text.length + line.length + 1 > longestText ? text : `${text}\n${line}`,
  );
}

const others = (text: string): string => `<code>${escapeTelegram(short(text))}</code>`;

export const escapeTelegram = (text: string): string =>
  text.replace(
    /[&<>"]/g,
    (character) => /* guard: telegram-reads-no-markup-of-others */ entities[character] ?? character,
  );

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const short = (text: string): string =>
  text.length <= longestLine ? text : `${text.slice(0, longestLine - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** One row for the decisions, one for the page. */
export const keyboardOf = ({ buttons, link }: ChatMessage) => ({
  inline_keyboard: [
    ...(buttons.length === 0
      ? []
      : [buttons.map(({ label, token }) => ({ text: label, callback_data: token }))]),
    ...(link === undefined ? [] : [[{ text: 'Review', url: link }]]),
  ],
});
