import { lookup as lookupName } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { EgressError } from './egress-error.ts';

/** Where requests of tenants may connect to: URLs of hooks and of metric back ends are written by them. */
export interface EgressPolicy {
  /**
   * Throws `EgressError` for a URL whose host is a refused address or name. A name is checked once more at each connection,
   * by `lookup`; through a proxy, which resolves names itself, only here.
   */
  check(url: URL): void;
  /** Resolves names of `url` for a connection, and keeps refused addresses from it. Undefined where anything goes. */
  lookup(url: URL): LookupFunction | undefined;
}

export interface EgressOptions {
  /** CIDRs and addresses. */
  readonly deny: readonly string[];
  /** Host names, lower-case. */
  readonly denyNames: readonly string[];
  /** CIDRs and addresses; they win over `deny`. */
  readonly allow: readonly string[];
  /** URLs of the administrator; anything at their host and port is allowed. Those that are no URLs are skipped. */
  readonly trusted: readonly string[];
}

/**
 * Link-local addresses, where clouds serve the credentials of the node: also mapped for NAT64, of AWS for IPv6, and of Alibaba.
 */
export const metadataAddresses = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::254',
  '64:ff9b::a9fe:0/112',
  '100.100.100.200',
] as const;

/** All addresses of this machine or pod that are the same everywhere. */
export const loopbackAddresses = ['127.0.0.0/8', '::1', '0.0.0.0/8', '::'] as const;

/** Names under which clouds serve the credentials of the node: a proxy would resolve them. */
export const metadataNames: readonly string[] = ['metadata.google.internal', 'metadata', 'instance-data'];

/** Throws `SluiceError` for an entry that is no address and no CIDR. */
export function createEgressPolicy({ deny, denyNames, allow, trusted }: EgressOptions): EgressPolicy {
  const [denied, allowed] = [blockListOf(deny), blockListOf(allow)];
  const hosts = new Set(trusted.flatMap((url) => URL.parse(url)?.host ?? []));
  const refuses = (address: string): boolean => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return !allowed.check(address, family) && denied.check(address, family);
  };
  return {
    check(url) {
      if (hosts.has(url.host)) return;
      const name = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
      // guard: refused-addresses-are-not-called
      if (isIP(name) !== 0 && refuses(name)) throw new EgressError(name);
      // guard: names-of-metadata-are-not-called
      if (denyNames.includes(name)) throw new EgressError(name);
    },
    lookup: (url) => (hosts.has(url.host) || deny.length === 0 ? undefined : resolveAllowed(url, refuses)),
  };
}

const resolveAllowed =
  ({ hostname }: URL, refuses: (address: string) => boolean): LookupFunction =>
  (name, options, answer) => {
    lookupName(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return answer(error, '');
      let rest = found;
      // Another name is that of a proxy, which the administrator has chosen.
      // guard: names-of-refused-addresses-are-not-called
      if (name === hostname) rest = found.filter(({ address }) => !refuses(address));
      const [first] = rest;
      if (first === undefined) return answer(new EgressError(`${name} (${found[0]?.address ?? ''})`), '');
      if (options.all === true) answer(null, rest);
      else answer(null, first.address, first.family);
    });
  };

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const longest = version === 6 ? 128 : 32;
    const bits = prefix === undefined ? longest : Number(prefix);
    if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix ?? '0') || bits > longest)
      throw new SluiceError(`${JSON.stringify(entry)} is no address and no CIDR such as 10.0.0.0/8`);
    list.addSubnet(address, bits, version === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
