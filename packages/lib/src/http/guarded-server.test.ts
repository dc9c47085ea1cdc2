import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { createGuardedServer } from './guarded-server.ts';

it.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
  'processes of other users are refused where only the own user is answered (needs root on Linux)',
  async () => {
    let reached = 0;
    const server = createGuardedServer({ isOwn: () => false, onlyUser: 0 }, (_, response) => {
      reached += 1;
      response.end('served');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3; cat <&3`;
    const ask = (uid: number): Promise<string> =>
      text(spawn('bash', ['-c', script], { uid, stdio: ['ignore', 'pipe', 'ignore'] }).stdout);
    expect(await ask(65_534)).toMatch(/^HTTP\/1.1 403 .*processes of other users/s);
    expect(reached).toBe(0);
    expect(await ask(0)).toMatch(/^HTTP\/1.1 200 .*served/s);
    server.close();
  },
);
