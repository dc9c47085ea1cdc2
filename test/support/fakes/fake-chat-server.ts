import { startReceiver } from './receiver.ts';
import type { Received, Receiver } from './receiver.ts';

/** What a fake chat does instead of its usual answer. */
export type ChatFault =
  | { readonly status: number; readonly retryAfterS?: number; readonly error?: string }
  /** Takes the request and never answers. */
  | 'silence'
  /** Closes the connection. */
  | 'reset'
  /** Answers as usual. */
  | 'pass';

export interface FakeChatServer extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** The next requests meet these, one each; later ones are answered as usual. */
  readonly faults: ChatFault[];
  /** While set, every request meets it. */
  outage: ChatFault | undefined;
}

export interface ChatReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A chat over real HTTP: `answer` plays its API, `refuse` writes its errors in its own form. */
export async function startFakeChatServer(
  answer: (request: Received) => ChatReply,
  refuse: (fault: Exclude<ChatFault, string>) => ChatReply,
): Promise<FakeChatServer> {
  const faults: ChatFault[] = [];
  const receiver: Receiver = await startReceiver((response, request) => {
    const fault = server.outage ?? faults.shift();
    if (fault === 'silence') return;
    if (fault === 'reset') return void response.destroy();
    const { status, headers, body } =
      fault === undefined || fault === 'pass' ? answer(request) : refuse(fault);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const server: FakeChatServer = {
    url: receiver.url,
    received: receiver.received,
    faults,
    outage: undefined,
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
  return server;
}
