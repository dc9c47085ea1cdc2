import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buttonsLastMs, parseChatConfig } from './chat-config.ts';
import { createChatUsers } from './chat-users.ts';

const slack = `
slack:
  channel: C1
  tokenFrom: { env: SLACK_BOT_TOKEN }
  signingSecretFrom: { file: /etc/sluice-chat/signing-secret }
`;

describe('the configuration of sluice chat', () => {
  it('maps users of chats to users of Kubernetes, and nobody else', () => {
    const config = parseChatConfig(
      parse(`${slack}
users:
  slack:
    U1: { user: alice@acme.io, groups: [sre] }
  telegram:
    "42": { user: bob@acme.io }
`),
    );
    const userOf = createChatUsers(config);
    expect(userOf('slack', 'U1')).toEqual({ name: 'alice@acme.io', groups: ['sre'] });
    expect(userOf('telegram', '42')).toEqual({ name: 'bob@acme.io', groups: [] });
    for (const id of ['U2', '42', 'constructor', '__proto__', ''])
      expect(userOf('slack', id)).toBeUndefined();
    expect(userOf('teams', 'U1')).toBeUndefined();
  });

  it.each([
    ['24h', 86_400_000],
    ['90m', 5_400_000],
  ])('lets buttons last %s', (text, ms) => {
    expect(buttonsLastMs(parseChatConfig(parse(`${slack}buttonsLast: ${text}`)))).toBe(ms);
  });

  it.each([
    ['', 'name a chat: slack, telegram, teams, link'],
    ['[]', 'the file is []: write an object'],
    [`${slack}consol: https://x`, 'consol is unknown; did you mean console?'],
    [slack.replace('channel', 'chanel'), 'slack.chanel is unknown; did you mean channel?'],
    [slack.replace('channel: C1', ''), 'slack.channel is absent: this field is required'],
    [slack.replace('channel: C1', 'channel: 5'), 'slack.channel is 5: write text'],
    [slack.replace('env:', 'envv:'), 'slack.tokenFrom.envv is unknown; did you mean env?'],
    [slack.replace('{ env: SLACK_BOT_TOKEN }', '{}'), 'slack.tokenFrom: write either file or env'],
    [
      slack.replace('{ env: SLACK_BOT_TOKEN }', '{ env: A, file: /b }'),
      'slack.tokenFrom: write either file or env',
    ],
    [`${slack}console: sluice.example`, 'console: write a URL such as https://sluice.example.com'],
    [`${slack}console: "javascript:alert(1)"`, 'console: write a URL such as https://sluice.example.com'],
    [`${slack}buttonsLast: 5s`, 'buttonsLast: write a duration of at least 1m, such as 24h'],
    [`${slack}buttonsLast: soon`, 'buttonsLast: write a duration of at least 1m, such as 24h'],
    [`${slack}users: { slack: { U1: { usr: a } } }`, 'users.slack.U1.usr is unknown; did you mean user?'],
    [
      `${slack}users: { slack: { U1: { groups: [a] } } }`,
      'users.slack.U1.user is absent: this field is required',
    ],
    [`${slack}users: { slack: { U1: { user: "a\\nb" } } }`, 'write a name of printable ASCII characters'],
    [
      `${slack}users: { slack: { U1: { user: a, groups: ["a,system:masters"] } } }`,
      'write a name of printable ASCII characters without a comma',
    ],
    [
      `${slack}users: { slack: { U1: { user: "system:admin" } } }`,
      'users.slack[U1]: names that begin with system: belong to Kubernetes',
    ],
    [
      `${slack}users: { telegram: { "42": { user: a, groups: ["system:masters"] } } }`,
      'users.telegram[42]: names that begin with system: belong to Kubernetes',
    ],
  ])('%j is refused, and the field named', (text, problem) => {
    expect(() => parseChatConfig(parse(text))).toThrow(problem);
  });
});
