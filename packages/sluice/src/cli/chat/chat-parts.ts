import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createButtonTokens } from '../../chat/button-token.ts';
import type { ChatDeps } from '../../chat/call-chat.ts';
import { parseChatConfig } from '../../chat/chat-config.ts';
import type { ChatConfig, SecretFrom } from '../../chat/chat-config.ts';
import { createLink } from '../../chat/link.ts';
import { createSlack } from '../../chat/slack.ts';
import type { Chat } from '../../chat/sync-message.ts';
import { createTeams } from '../../chat/teams.ts';
import { createTelegram } from '../../chat/telegram.ts';
import type { Environment } from '../environment.ts';

const longestConfigBytes = 1024 * 1024;
const longestSecretBytes = 16 * 1024;

/** Reads the configuration. Throws `SluiceError` that names file and fields. */
export function readChatConfig(path: string): ChatConfig {
  const text = read(path, longestConfigBytes, 'the configuration');
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line = 0, col = 0 } = error.linePos?.[0] ?? {};
    throw new SluiceError(`${path} line ${line}, column ${col}: it is no YAML (${error.code})`);
  }
  try {
    return parseChatConfig(document.toJS({ maxAliasCount: 100 }));
  } catch (cause) {
    if (!(cause instanceof SluiceError)) throw cause;
    throw new SluiceError(`${path} cannot be used:\n${cause.message}`);
  }
}

/** Makes the chats of a configuration once their secrets are read. */
export type MakeChats = (deps: ChatDeps) => readonly Chat[];

/** Reads the secrets of a configuration. Throws `SluiceError` for one that is not there, and never quotes one. */
export function readChats(config: ChatConfig, env: Environment): MakeChats {
  const makers = [slackOf(config, env), telegramOf(config, env), teamsOf(config, env), linkOf(config, env)];
  return (deps) => makers.flatMap((make) => make?.(deps) ?? []);
}

type MakeChat = ((deps: ChatDeps) => Chat) | undefined;

function slackOf({ slack }: ChatConfig, env: Environment): MakeChat {
  if (slack === undefined) return undefined;
  const { channel, apiUrl = 'https://slack.com/api' } = slack;
  const token = readSecret('slack.tokenFrom', slack.tokenFrom, env);
  const signingSecret = readSecret('slack.signingSecretFrom', slack.signingSecretFrom, env);
  const tokens = createButtonTokens(signingSecret);
  return (deps) => ({ platform: createSlack(deps, { token, signingSecret, channel, apiUrl }), tokens });
}

function telegramOf({ telegram }: ChatConfig, env: Environment): MakeChat {
  if (telegram === undefined) return undefined;
  const { chat, apiUrl = 'https://api.telegram.org' } = telegram;
  const token = readSecret('telegram.tokenFrom', telegram.tokenFrom, env);
  const secretToken = readSecret('telegram.secretTokenFrom', telegram.secretTokenFrom, env);
  const tokens = createButtonTokens(secretToken);
  return (deps) => ({ platform: createTelegram(deps, { token, secretToken, chat, apiUrl }), tokens });
}

function teamsOf({ teams }: ChatConfig, env: Environment): MakeChat {
  if (teams === undefined) return undefined;
  const url = readSecret('teams.urlFrom', teams.urlFrom, env);
  return (deps) => ({ platform: createTeams(deps, { url }) });
}

function linkOf({ link }: ChatConfig, env: Environment): MakeChat {
  if (link === undefined) return undefined;
  const url = readSecret('link.urlFrom', link.urlFrom, env);
  return (deps) => ({ platform: createLink(deps, { url }) });
}

/** A short secret could be guessed: buttons are signed with it, too. */
const leastSecret = 16;

function readSecret(field: string, { file, env: name }: SecretFrom, env: Environment): string {
  const value = file === undefined ? env[name ?? ''] : read(file, longestSecretBytes, field);
  const where = file === undefined ? `the environment variable ${name}` : file;
  const secret = value?.trim() ?? '';
  if (secret === '') throw new SluiceError(`${field}: ${where} is empty or not there`);
  // guard: short-secrets-are-refused
  if (secret.length < leastSecret)
    throw new SluiceError(
      `${field}: ${where} holds less than ${leastSecret} characters; use a longer secret`,
    );
  // An HTTP header or a URL carries it.
  if (!/^[!-~]+$/.test(secret))
    throw new SluiceError(`${field}: ${where} holds a space or a character that no secret has`);
  return secret;
}

function read(path: string, mostBytes: number, what: string): string {
  try {
    if (statSync(path).size > mostBytes)
      throw new SluiceError(`${what}: ${path} is larger than ${mostBytes} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error';
    throw new SluiceError(`${what}: ${path} cannot be read (${code})`);
  }
}
