import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import type { Viewer } from './access/viewer.ts';

/** What a request carries through the console. */
export interface ConsoleEnv {
  /** Absent where there is no socket. */
  readonly Bindings: { readonly incoming?: IncomingMessage };
  readonly Variables: { viewer: Viewer };
}

export type ConsoleContext = Context<ConsoleEnv>;

/** Address of the other end; '' without a socket. */
export const peerOf = (context: ConsoleContext): string => addressIn(context.env);

const addressIn = (env: ConsoleEnv['Bindings'] | undefined): string =>
  env?.incoming?.socket.remoteAddress ?? '';
