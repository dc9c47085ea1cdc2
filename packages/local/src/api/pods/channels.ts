import type { RawData, WebSocket } from 'ws';
import { statusOf } from '../answer.ts';

/** The subprotocol that kubectl offers first; the server must echo it. */
export const channelProtocol = 'v5.channel.k8s.io';

const channel = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** Bytes of unread output at which a session is ended, so that they do not fill the memory. */
const maxBuffered = 64 * 1024 * 1024;

/** The server's side of one session: every frame is binary and begins with its channel's number. */
export interface Channels {
  stdout(chunk: Uint8Array): void;
  stderr(chunk: Uint8Array): void;
  /** Reads input again. */
  resume(): void;
  /** Sends the status and closes. Without one of the two, clients hang or report a wrong result. */
  exit(code: number): void;
  fail(error: unknown): void;
}

export interface ChannelListeners {
  /** False: no more input is read before `resume`. */
  readonly onStdin: (chunk: Uint8Array) => boolean;
  readonly onStdinEnd: () => void;
  readonly onResize: (columns: number, rows: number) => void;
  readonly onGone: () => void;
}

export function openChannels(socket: WebSocket, listeners: ChannelListeners): Channels {
  const send = (number: number, chunk: Uint8Array): void => {
    if (socket.readyState !== socket.OPEN || chunk.byteLength === 0) return;
    socket.send(Buffer.concat([Uint8Array.of(number), chunk]));
    if (socket.bufferedAmount > maxBuffered) socket.terminate();
  };
  const finish = (status: unknown): void => {
    send(channel.status, Buffer.from(JSON.stringify(status)));
    // The client's part of closing has to be read.
    socket.resume();
    socket.close(1000);
  };
  socket.on('message', (data) => {
    // guard: input-waits-for-its-process
    if (!receive(bytesOf(data), listeners)) socket.pause();
  });
  socket.on('close', listeners.onGone);
  socket.on('error', () => socket.terminate());
  return {
    stdout: (chunk) => send(channel.stdout, chunk),
    stderr: (chunk) => send(channel.stderr, chunk),
    resume: () => socket.resume(),
    exit: (code) => finish(exitStatus(code)),
    fail: (error) => finish(statusOf(error)),
  };
}

/** False: no more should be read for now. */
function receive(frame: Uint8Array, listeners: ChannelListeners): boolean {
  const payload = frame.subarray(1);
  switch (frame[0] ?? -1) {
    case channel.stdin:
      return payload.byteLength === 0 || listeners.onStdin(payload);
    case channel.resize: {
      const match = /"Width"\s*:\s*(\d{1,5}).*"Height"\s*:\s*(\d{1,5})/s.exec(
        Buffer.from(payload).toString(),
      );
      if (match !== null) listeners.onResize(Number(match[1]), Number(match[2]));
      return true;
    }
    case channel.close:
      if (payload[0] === channel.stdin) listeners.onStdinEnd();
      return true;
    default:
      return true;
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function exitStatus(code: number): unknown {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: `${code}` }] },
  };
}
