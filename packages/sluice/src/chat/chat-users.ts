import type { User } from '../people/who-am-i.ts';
import type { ChatConfig } from './chat-config.ts';
import type { PlatformName } from './platform.ts';

/** The Kubernetes users of chat users, as the configuration maps them. */
export function createChatUsers({
  users = {},
}: ChatConfig): (chat: PlatformName, chatUser: string) => User | undefined {
  const byChat = new Map(
    Object.entries(users).map(([chat, mapped]) => [chat, new Map(Object.entries(mapped))] as const),
  );
  return (chat, chatUser) => {
    const mapped = byChat.get(chat)?.get(chatUser);
    return mapped === undefined ? undefined : { name: mapped.user, groups: mapped.groups ?? [] };
  };
}
