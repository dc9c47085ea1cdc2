import { cut } from './hook-message.ts';
import type { HookMessage } from './hook-message.ts';

/** Of the Bot API's `sendMessage`, counted after its markup is parsed; ours counts before, and so stays below. */
const TELEGRAM_LIMIT = 4096;

/** A post-rollout hook as HTML of the Bot API. Only `<`, `>` and `&` have a meaning there; names are users' input. */
export function telegramMessage(message: HookMessage): string {
  const mark = { Succeeded: '✅', Failed: '❌' }[message.phase] ?? 'ℹ️';
  let text = `${mark} <b>${escape(cut(message.name, 253))}.${escape(cut(message.namespace, 253))}</b>: ${escape(cut(message.phase, 100))}`;
  const lines = Object.entries(message.metadata).map(
    ([key, value]) => `\n<b>${escape(key)}</b>: ${escape(cut(value, 500))}`,
  );
  for (const [index, line] of lines.entries()) {
    // Whole lines only: half a tag or entity is refused by the API.
    if (text.length + line.length > TELEGRAM_LIMIT - 20) return `${text}\n… ${lines.length - index} more`;
    text += line;
  }
  return text;
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
