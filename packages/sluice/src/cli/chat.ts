import { CommanderError, InvalidArgumentError } from 'commander';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { ChatConfig } from '../chat/chat-config.ts';
import { buttonsLastMs } from '../chat/chat-config.ts';
import { createChatService } from '../chat/chat-service.ts';
import { createChatUsers } from '../chat/chat-users.ts';
import type { DescribeCanary } from '../chat/sync-message.ts';
import { createHttpClient } from '../platform/http-client.ts';
import { createLog } from '../platform/log.ts';
import { serveHttp } from '../platform/serve-http.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { describeRollout } from '../view/describe-rollout.ts';
import { connectChat, watchCanaries } from './chat/chat-cluster.ts';
import { readChatConfig, readChats } from './chat/chat-parts.ts';
import type { MakeChats } from './chat/chat-parts.ts';
import type { Environment } from './environment.ts';
import { exitCodes } from './exit-codes.ts';
import { ownGuard } from './own-guard.ts';
import { peopleCommand } from './people-command.ts';
import { print } from './print.ts';
import { aborted, stopSignal } from './stop-signal.ts';

interface ChatFlags {
  readonly config: string;
  readonly listen: Address;
  readonly context?: string;
  readonly kubeconfig?: string;
}

const about =
  'Announces approvals that wait in Slack, Telegram, Teams or by a webhook, and takes decisions by the buttons of Slack and Telegram. It works until SIGTERM or SIGINT.';
const exits = {
  [exitCodes.done]: 'it was stopped',
  [exitCodes.failed]: 'it could not start: the cluster, the CRDs or the address',
  [exitCodes.usage]: 'the command line or the configuration is wrong',
};

/** `sluice chat`: works until SIGTERM or SIGINT; resolves to the exit code. */
export async function runChat(args: readonly string[], env: Environment): Promise<number> {
  const command = peopleCommand('chat', about, exits)
    .requiredOption('--config <file>', 'configuration: chats, and the Kubernetes users of chat users')
    .option(
      '--listen <address>',
      'HOST:PORT for the callbacks of the chats and /healthz',
      toAddress,
      toAddress('127.0.0.1:8080'),
    )
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig; default $KUBECONFIG, or the service account of the pod');
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  const flags = command.opts<ChatFlags>();
  let settings: Settings;
  try {
    const config = readChatConfig(flags.config);
    settings = { config, makeChats: readChats(config, env) };
  } catch (error) {
    return fail(error, exitCodes.usage);
  }
  try {
    return await serve(settings, flags, env);
  } catch (error) {
    return fail(error, exitCodes.failed);
  }
}

interface Settings {
  readonly config: ChatConfig;
  readonly makeChats: MakeChats;
}

function fail(error: unknown, code: number): number {
  if (!(error instanceof SluiceError)) throw error;
  const [first = '', ...rest] = describeError(error, 4_000).split('\n');
  print.err(`sluice chat: ${first}`, ...rest.map((line) => `  ${line}`));
  return code;
}

async function serve({ config, makeChats }: Settings, flags: ChatFlags, env: Environment): Promise<number> {
  const stopping = stopSignal();
  const clock = createSystemClock();
  const log = createLog({ level: 'info', encoding: 'json', destination: print.log, clock });
  const random = (): number => Math.random();
  await using running = new AsyncDisposableStack();
  const http = createHttpClient({ proxyFromEnvironment: true, env });
  running.defer(() => http.close());
  const chats = makeChats({ http, clock });
  const cluster = await connectChat(flags, { env, clock, mayImpersonate: config.impersonate ?? true });
  running.defer(() => cluster.close());
  const { client, clientFor } = cluster;
  const describe: DescribeCanary = (canary) => {
    const view = describeRollout(canary, { meshProvider: '', now: clock.now() });
    return 'unreadable' in view ? undefined : view;
  };
  const canaries = watchCanaries(config.namespaces ?? [], { client, clock, log, random });
  running.defer(() => canaries.stop());
  const service = createChatService(
    { chats, canaries, describe, client, clientFor, userOf: createChatUsers(config), clock, random, log },
    {
      store: { namespace: cluster.namespace, name: 'sluice-chat' },
      console: config.console?.replace(/\/+$/, ''),
      buttonsLastMs: buttonsLastMs(config),
      problems: canaries.problems,
    },
  );
  running.defer(() => service.stop());
  canaries.start();
  const guard = ownGuard(env, (config.allowedHosts ?? []).join(','));
  const server = await serveHttp(service.listener, { ...flags.listen, guard });
  running.defer(() => server.close());
  log.info('serving', { url: server.url, chats: chats.map(({ platform }) => platform.name) });
  await Promise.race([aborted(stopping), canaries.failed]);
  log.info('stops', { signal: stopping.reason });
  return exitCodes.done;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Parses `HOST:PORT`, `[::1]:PORT` or `:PORT`. Throws commander's error. */
function toAddress(text: string): Address {
  const found = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535)
    throw new InvalidArgumentError('Write HOST:PORT, such as 127.0.0.1:8080, or :8080 for all addresses.');
  return { host: found[1] ?? (found[2] || '::'), port };
}
