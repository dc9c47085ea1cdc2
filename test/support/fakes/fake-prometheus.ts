import type { ServerResponse } from 'node:http';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';

export interface FakePrometheus extends AsyncDisposable {
  readonly url: string;
  /** The queries asked so far, decoded. */
  readonly queries: () => readonly string[];
  readonly received: Receiver['received'];
  /** What the next queries get. */
  answer(reply: Reply): void;
}

type Reply = (response: ServerResponse) => void;

/** A real HTTP server with the face of Prometheus' query API and the answers it is told. */
export async function startFakePrometheus(): Promise<FakePrometheus> {
  let reply: Reply = replyVector('1');
  const receiver = await startReceiver((response) => reply(response));
  return {
    url: receiver.url,
    received: receiver.received,
    queries: () =>
      receiver.received.map(({ path }) => new URL(path, receiver.url).searchParams.get('query') ?? ''),
    answer: (next) => {
      reply = next;
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  };
}

export const replyJson =
  (body: unknown, status = 200): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

/** One series for each value. */
export function replyVector(...values: readonly string[]): Reply {
  const result = values.map((value, index) => ({
    metric: { pod: `p${index}` },
    value: [1_700_000_000.1, value],
  }));
  return replyJson({ status: 'success', data: { resultType: 'vector', result } });
}

export const replyScalar = (value: string): Reply =>
  replyJson({ status: 'success', data: { resultType: 'scalar', result: [1_700_000_000.1, value] } });

export const replyText =
  (text: string, status = 200, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(text);

/** Takes the query and says nothing, ever. */
export const replyNothing: Reply = () => undefined;

/** Headers, then half a body, then nothing, ever. */
export const replyHalf: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).write('{"status":"succ');
};

/** A body without end, as fast as it is taken. */
export const replyEndless: Reply = (response) => {
  const block = Buffer.alloc(64 * 1024, ' ');
  const send = (): void => {
    while (!response.destroyed && response.write(block));
    if (!response.destroyed) response.once('drain', send);
  };
  response.writeHead(200);
  send();
};
