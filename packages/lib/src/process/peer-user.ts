import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';

/** One end of a TCP connection, as Node names them. */
export interface Ends {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

const tables = ['/proc/net/tcp', '/proc/net/tcp6'];

/**
 * User id of the process at the other end of a connection within this machine, by the kernel's tables of sockets. `gone`: no
 * process has that end any more, or it is on another machine. Undefined where the system has no such tables (macOS).
 */
export function peerUser(ends: Ends): number | 'gone' | undefined {
  const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = ends;
  const wanted = new Set(
    formsOf(remoteAddress).flatMap((remote) =>
      formsOf(localAddress).map((local) => `${remote}:${portOf(remotePort)} ${local}:${portOf(localPort)}`),
    ),
  );
  let hasTable = false;
  for (const table of tables) {
    const text = readTable(table);
    hasTable ||= text !== undefined;
    for (const line of text?.split('\n') ?? []) {
      const [, own = '', other = '', , , , , uid, , inode] = line.trim().split(/\s+/);
      // An end that its process has closed has no inode, and the user 0.
      if (wanted.has(`${own} ${other}`) && inode !== '0') return Number(uid);
    }
  }
  return hasTable ? 'gone' : undefined;
}

/** Whether a connection of this machine may come from a process of `user`, or of root; true where nobody can tell. */
export function mayBeOf(user: number, ends: Ends): boolean {
  const found = peerUser(ends);
  return found === undefined || found === 0 || found === user;
}

function readTable(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}

const portOf = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

/** An address as the tables write it: words of 32 bits with the lowest byte first. One of IPv4 may be mapped into IPv6. */
function formsOf(address: string): readonly string[] {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  const four = mapped ?? (isIPv4(address) ? address : undefined);
  if (four !== undefined) {
    const word = wordOf(four.split('.').map(Number));
    return [word, `0000000000000000FFFF0000${word}`];
  }
  const bytes = bytesOf(address);
  return bytes === undefined
    ? []
    : [[0, 4, 8, 12].map((start) => wordOf(bytes.slice(start, start + 4))).join('')];
}

const wordOf = (bytes: readonly number[]): string =>
  bytes
    .toReversed()
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('');

/** The 16 bytes of an IPv6 address; undefined for anything else. */
function bytesOf(address: string): readonly number[] | undefined {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = (text: string | undefined): readonly string[] => text?.split(':').filter(Boolean) ?? [];
  const [first, last] = [groups(head), groups(tail)];
  const missing = 8 - first.length - last.length;
  if (!address.includes(':') || missing < 0) return undefined;
  const all = [...first, ...Array.from({ length: missing }, () => '0'), ...last];
  return all.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}
