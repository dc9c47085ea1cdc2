import type { KillingTests } from '../killing-test.ts';

const clicks = 'packages/sluice/src/chat/chat-clicks.test.ts';
const messages = 'packages/sluice/src/chat/chat-messages.test.ts';
const bounds = 'packages/sluice/src/chat/chat-bounds.test.ts';
const platforms = 'packages/sluice/src/chat/platforms.test.ts';
const command = 'packages/sluice/src/cli/chat.test.ts';

/** A chat announces what waits, and decides nothing but what a mapped user pressed. */
export const chatTests: KillingTests = {
  'slack-signs-its-requests': [platforms, 'a request that says it comes from Slack > is refused when it is'],
  'an-old-slack-request-is-refused': [
    platforms,
    'a request that says it comes from Slack > is refused when it is',
  ],
  'telegram-knows-its-secret-token': [platforms, 'an update that says it comes from Telegram > is refused'],
  'slack-reads-no-markup-of-others': [bounds, 'becomes no mention, link or entity of Slack'],
  'telegram-reads-no-markup-of-others': [bounds, 'ends no tag of Telegram'],
  'a-chats-pause-is-capped': [bounds, 'a pause that a chat asks for > of'],
  'a-get-decides-nothing': [clicks, 'whatever it carries'],
  'a-callback-is-bounded': [clicks, 'refuses a body over 256 KiB'],
  'chat-users-are-limited': [clicks, 'by more clicks than ten a minute of one user'],
  'only-mapped-users-decide': [clicks, 'by a user who is mapped to nobody, who is told so alone'],
  'a-button-decides-its-own-approval-only': [
    clicks,
    'by a token that was changed, or made for something else',
  ],
  'a-user-presses-a-button-once': [clicks, 'by a request that is repeated: a click counts once'],
  'a-click-counts-once': [clicks, 'by a request that is repeated: a click counts once'],
  'buttons-expire': [clicks, 'by a button that has expired; the message gets new ones'],
  'only-what-waits-is-announced': [
    messages,
    'announces nothing any more that was decided before it was back',
  ],
  'an-edit-shows-something-new': [messages, 'is not edited for a change that it does not show'],
  'a-chat-that-asks-for-a-pause-gets-it': [
    messages,
    'that asks for a pause is left alone that long, with all its messages',
  ],
  'posted-messages-are-bounded': [bounds, 'are kept two hundred at most, and those that wait longest'],
  'announced-approvals-are-bounded': [bounds, 'are a thousand at a time'],
  'no-chat-user-becomes-the-system': [
    'packages/sluice/src/chat/chat-config.test.ts',
    'is refused, and the field named',
  ],
  'short-secrets-are-refused': [command, 'ends with 2 for a secret'],
};
