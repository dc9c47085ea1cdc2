import { cut } from './hook-message.ts';
import type { HookMessage } from './hook-message.ts';

export interface SlackMessage {
  readonly text: string;
  readonly attachments: readonly [
    {
      readonly color: 'good' | 'warning' | 'danger';
      readonly text: string;
      readonly fields: readonly { readonly title: string; readonly value: string; readonly short: boolean }[];
      /** Seconds since the epoch. */
      readonly ts?: number;
    },
  ];
}

/** Slack shows no more with comfort. */
const MAX_FIELDS = 10;
const TOLD_ABOVE = new Set(['eventMessage', 'eventType', 'timestamp']);

/** An event hook as the body of an incoming webhook. */
export function slackMessage(message: HookMessage): SlackMessage {
  const { eventMessage = message.phase, eventType = 'Normal', timestamp } = message.metadata;
  const own = Object.entries(message.metadata).filter(([key]) => !TOLD_ABOVE.has(key));
  const fields = [['phase', message.phase] as const, ...own].slice(0, MAX_FIELDS);
  const seconds = Math.floor(Number(timestamp) / 1000);
  return {
    text: `*${escape(cut(message.name, 253))}.${escape(cut(message.namespace, 253))}*`,
    attachments: [
      {
        color: colorOf(eventType, message.phase),
        text: escape(cut(eventMessage)),
        fields: fields.map(([title, value]) => ({
          title: escape(title),
          value: escape(cut(value, 500)),
          short: value.length < 40,
        })),
        ...(seconds > 0 ? { ts: seconds } : {}),
      },
    ],
  };
}

function colorOf(eventType: string, phase: string): 'good' | 'warning' | 'danger' {
  if (phase === 'Failed') return 'danger';
  return eventType === 'Warning' ? 'warning' : 'good';
}

/** A message of `sluice chat`, as the body of an incoming webhook. */
export const slackLines = (lines: readonly string[]) => ({ text: lines.map(escape).join('\n') });

/** Also what keeps a canary from being called `<!channel>`. */
const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
