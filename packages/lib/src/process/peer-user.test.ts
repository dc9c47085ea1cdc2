import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { peerUser } from './peer-user.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function listen(host: string): Promise<{ readonly port: number; readonly accepted: Promise<Socket> }> {
  const server = createServer({ allowHalfOpen: true });
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  server.listen(0, host);
  await once(server, 'listening');
  ends.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, accepted };
}

const me = process.getuid?.();

describe.skipIf(process.platform !== 'linux')('the user at the other end (needs Linux)', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.40.1.7', '127.40.1.7'],
    ['::', '127.0.0.1'],
    ['::1', '::1'],
    ['::', '::ffff:127.0.0.1'],
  ])('is the one whose process has it: to %s by %s', async (host, to) => {
    const { port, accepted } = await listen(host);
    const client = connect(port, to);
    const socket = await accepted;
    ends.push(
      () => socket.destroy(),
      () => client.destroy(),
    );
    expect(peerUser(socket)).toBe(me);
  });

  it('is gone once its process has closed it, whatever is still to be read', async () => {
    const { port, accepted } = await listen('127.0.0.1');
    const client = connect(port, '127.0.0.1');
    client.write('a request');
    const socket = await accepted;
    ends.push(() => socket.destroy());
    await once(socket, 'data');
    client.destroy();
    await once(socket, 'end');
    expect(peerUser(socket)).toBe('gone');
  });

  it.skipIf(me !== 0)('is another one for a process of another user (needs root)', async () => {
    const { port, accepted } = await listen('127.0.0.1');
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; read line <&3`;
    const child = spawn('bash', ['-c', script], { uid: 65_534, stdio: 'ignore' });
    ends.push(() => child.kill('SIGKILL'));
    const socket = await accepted;
    ends.push(() => socket.destroy());
    expect(peerUser(socket)).toBe(65_534);
  });
});
