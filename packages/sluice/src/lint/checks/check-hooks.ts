import type { CanaryWebhook } from '../../api/canary.ts';
import type { HookType } from '../../rules/hooks/hooks.ts';
import type { Draft } from '../finding.ts';
import { draft } from './check.ts';
import type { Check } from './check.ts';

const asksAgain: readonly HookType[] = [
  'confirm-rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'rollback',
];

/** One webhook at a time, and those that look the same. */
export const checkHooks: Check = (canary) => {
  const webhooks = canary.spec.analysis.webhooks ?? [];
  return [
    ...checkTwins(webhooks),
    ...webhooks.flatMap((webhook, index) => {
      const field = fieldOf(index);
      return [
        ...checkPolling(field, webhook),
        ...checkAddress(field, webhook),
        ...checkUnused(field, webhook),
        ...checkCommand(field, webhook),
      ];
    }),
  ];
};

const fieldOf = (index: number): string => `spec.analysis.webhooks[${index}]`;

/** An absent or empty type counts as `rollout`. */
export const typeOf = ({ type }: CanaryWebhook): HookType =>
  type === undefined || type === '' ? 'rollout' : type;

function checkTwins(webhooks: readonly CanaryWebhook[]): readonly Draft[] {
  const seen = new Map<string, number>();
  return webhooks.flatMap((webhook, index) => {
    const key = JSON.stringify([webhook.name, typeOf(webhook)]);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    const message = `${fieldOf(index)}.name is ${quote(webhook.name)}, as that of ${fieldOf(first)} of the same type: both are called, but status and events cannot tell them apart`;
    return [draft('HOOK004', `${fieldOf(index)}.name`, message)];
  });
}

const quote = (name: string): string => JSON.stringify(name.slice(0, 80));

function checkPolling(field: string, webhook: CanaryWebhook): readonly Draft[] {
  if (typeOf(webhook) !== 'rollback' || webhook.approval !== undefined) return [];
  if ((webhook.pollInterval ?? '') !== '') return [];
  const message = `${field} is a rollback hook without pollInterval: it is called once in each analysis interval; pollInterval: 5s would roll back sooner`;
  return [draft('HOOK002', field, message)];
}

/** Incoming webhooks that want a body of their own form. */
const chats: readonly RegExp[] = [
  /(^|\.)hooks\.slack\.com$/,
  /(^|\.)discord(app)?\.com$/,
  /(^|\.)(webhook\.office|logic\.azure)\.com$/,
  /^chat\.googleapis\.com$/,
];

function checkAddress(field: string, { url }: CanaryWebhook): readonly Draft[] {
  const address = url === undefined ? undefined : URL.parse(url);
  if (address === undefined || address === null) return [];
  const findings: Draft[] = [];
  if (address.username !== '' || address.password !== '') {
    const message = `${field}.url holds a user or password, and everybody who can read the Canary can read it: remove it, and change it at the receiver`;
    findings.push(draft('HOOK003', `${field}.url`, message));
  }
  if (chats.some((chat) => chat.test(address.hostname))) {
    const message = `${field}.url is the address of a chat (${address.hostname}), which refuses the payload of hooks: call a program that writes the message`;
    findings.push(draft('HOOK006', `${field}.url`, message));
  }
  return findings;
}

function checkUnused(field: string, webhook: CanaryWebhook): readonly Draft[] {
  const type = typeOf(webhook);
  const unused: readonly (keyof CanaryWebhook)[] =
    webhook.approval === undefined
      ? asksAgain.includes(type)
        ? []
        : ['pollInterval']
      : ['timeout', 'retries', 'pollInterval', 'disableTLS'];
  const why = webhook.approval === undefined ? `hook of type ${type}` : 'approval';
  return unused
    .filter((name) => webhook[name] !== undefined)
    .map((name) =>
      draft('HOOK005', `${field}.${name}`, `${field}.${name} does not count for a ${why}: remove it`),
    );
}

const curl = /\bcurl\b/;
/** `--fail`, `--fail-with-body`, or an `f` among short options. */
const fails = /\s(--fail\b|--fail-with-body\b|-[a-zA-Z]*f)/;

/** A pipe judges by itself, as `curl ... | grep` does in Flagger's pages. */
function checkCommand(field: string, { metadata }: CanaryWebhook): readonly Draft[] {
  const command = metadata?.['cmd'];
  if (command === undefined || !curl.test(command) || fails.test(command) || command.includes('|')) return [];
  const message = `${field}.metadata.cmd calls curl without --fail: it passes when the server answers 500`;
  return [draft('HOOK007', `${field}.metadata.cmd`, message)];
}
