import type { WebSocket } from 'ws';
import type { ExecSession } from '../../contracts.ts';
import { booleanParameter } from '../query.ts';
import { openChannels, type ChannelListeners } from './channels.ts';
import type { PodContainer } from './pod-container.ts';

/** Runs a command in a container and joins it to the socket until either ends. */
export function execSession(socket: WebSocket, place: PodContainer, query: URLSearchParams): void {
  let session: ExecSession | undefined;
  let over = false;
  const listeners: ChannelListeners = {
    onStdin: (chunk) => session?.writeStdin(chunk) ?? true,
    onStdinEnd: () => session?.endStdin(),
    onResize: (columns, rows) => session?.resize(columns, rows),
    onGone: () => {
      if (!over) session?.kill();
      over = true;
    },
  };
  const channels = openChannels(socket, listeners);
  try {
    session = place.runtime.exec(place.pod, {
      container: place.container,
      command: query.getAll('command'),
      stdin: booleanParameter(query, 'stdin'),
      tty: booleanParameter(query, 'tty'),
      onStdout: (chunk) => channels.stdout(chunk),
      onStderr: (chunk) => channels.stderr(chunk),
      onStdinReady: () => channels.resume(),
      onExit: (code) => {
        over = true;
        channels.exit(code);
      },
    });
  } catch (error) {
    over = true;
    channels.fail(error);
  }
}

/** Streams the container's output from now on. Stdin is not connected: a pod's process has none here. */
export async function attachSession(
  socket: WebSocket,
  place: PodContainer,
  closing: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  const nothing = (): void => {};
  const channels = openChannels(socket, {
    onStdin: () => true,
    onStdinEnd: nothing,
    onResize: nothing,
    onGone: () => gone.abort(),
  });
  const options = {
    container: place.container,
    follow: true,
    previous: false,
    timestamps: false,
    tailLines: 0,
  };
  try {
    const signal = AbortSignal.any([gone.signal, closing]);
    for await (const chunk of place.runtime.logs(place.pod, options, signal)) channels.stdout(chunk);
    channels.exit(0);
  } catch (error) {
    channels.fail(error);
  }
}
