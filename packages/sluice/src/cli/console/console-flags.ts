import { BlockList, isIP } from 'node:net';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { AccessOptions, OidcOptions, ProxyOptions } from '../../console/console-deps.ts';
import { isLoopback } from '../../console/start-console.ts';

/** What a user may write behind `sluice console`. */
export interface ConsoleFlags {
  readonly listen: string;
  readonly auth?: string;
  readonly namespace?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly allowedHosts: string;
  readonly meshProvider: string;
  readonly publicUrl?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcClientSecretFile?: string;
  readonly oidcScopes: string;
  readonly oidcUsernameClaim: string;
  readonly oidcUsernamePrefix: string;
  readonly oidcGroupsClaim: string;
  readonly oidcGroupsPrefix: string;
  readonly proxyFrom?: string;
  readonly proxyUserHeader: string;
  readonly proxyGroupsHeader: string;
}

export function addConsoleFlags(command: Command): Command {
  return command
    .option('--listen <address>', 'address and port', '127.0.0.1:8930')
    .option('--auth <mode>', 'how users are known outside of loopback: token, oidc or proxy')
    .option('-n, --namespace <namespace>', 'show this namespace alone; default all')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--kubeconfig <file>', 'kubeconfig; default $KUBECONFIG, or the service account of the pod')
    .option('--allowed-hosts <names>', 'host names at which it is reached, comma-separated', '')
    .option(
      '--mesh-provider <name>',
      'provider of canaries that name none, as the controller has it',
      'istio',
    )
    .option('--public-url <url>', 'URL at which people reach it, for --auth=oidc')
    .option('--oidc-issuer <url>', 'URL of the OIDC provider')
    .option('--oidc-client-id <id>', 'client id at the provider')
    .option('--oidc-client-secret-file <file>', 'file with the client secret')
    .option('--oidc-scopes <scopes>', 'scopes to ask for', 'openid profile email')
    .option('--oidc-username-claim <claim>', 'claim with the name, as the API server has it', 'sub')
    .option('--oidc-username-prefix <text>', 'text before each name, as the API server has it', '')
    .option('--oidc-groups-claim <claim>', 'claim with the groups, as the API server has it', 'groups')
    .option('--oidc-groups-prefix <text>', 'text before each group, as the API server has it', '')
    .option('--proxy-from <networks>', 'addresses of the proxy, such as 10.0.0.0/8, for --auth=proxy')
    .option('--proxy-user-header <name>', 'header with the name', 'x-forwarded-user')
    .option('--proxy-groups-header <name>', 'header with the groups, comma-separated', 'x-forwarded-groups');
}

/** Host and port of `127.0.0.1:8930`, `[::1]:8930` or `:8930`. Throws `SluiceError`. */
export function parseListen(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([\da-f:.]+)\]|([^:[\]]*)):(\d{1,5})$/i.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port > 65_535)
    throw new SluiceError(`--listen "${text}" is no address: write HOST:PORT, such as 127.0.0.1:8930`);
  return { host: found[1] ?? (found[2] === '' ? '::' : (found[2] ?? '')), port };
}

/** How users are known. Throws `SluiceError` that names the flag. */
export function accessOf(flags: ConsoleFlags): AccessOptions {
  switch (flags.auth) {
    case undefined:
      if (!isLoopback(parseListen(flags.listen).host))
        throw new SluiceError(
          `--listen ${flags.listen} is reached from elsewhere: add --auth=token, --auth=oidc or --auth=proxy, or listen on 127.0.0.1`,
        );
      return { mode: 'kubeconfig' };
    case 'token':
      return { mode: 'token' };
    case 'oidc':
      return oidcOf(flags);
    case 'proxy':
      return proxyOf(flags);
    default:
      throw new SluiceError(`--auth "${flags.auth}" is unknown: token, oidc or proxy`);
  }
}

function oidcOf(flags: ConsoleFlags): OidcOptions {
  const issuer = urlOf('--oidc-issuer', flags.oidcIssuer, ['https:']);
  const publicUrl = urlOf('--public-url', flags.publicUrl, ['https:']);
  if (flags.oidcClientId === undefined) throw new SluiceError('--auth=oidc needs --oidc-client-id');
  return {
    mode: 'oidc',
    issuer: issuer.href,
    publicUrl: publicUrl.origin,
    clientId: flags.oidcClientId,
    clientSecret: flags.oidcClientSecretFile === undefined ? '' : readSecret(flags.oidcClientSecretFile),
    scopes: flags.oidcScopes,
    usernameClaim: flags.oidcUsernameClaim,
    usernamePrefix: flags.oidcUsernamePrefix,
    groupsClaim: flags.oidcGroupsClaim,
    groupsPrefix: flags.oidcGroupsPrefix,
  };
}

function urlOf(flag: string, text: string | undefined, protocols: readonly string[]): URL {
  const url = URL.parse(text ?? '');
  if (url === null || !protocols.includes(url.protocol))
    throw new SluiceError(`--auth=oidc needs ${flag}, an https URL`);
  return url;
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new SluiceError(`--oidc-client-secret-file ${file} cannot be read`, { cause });
  }
}

function proxyOf({ proxyFrom = '', proxyUserHeader, proxyGroupsHeader }: ConsoleFlags): ProxyOptions {
  const trusted = new BlockList();
  const networks = proxyFrom.split(',').filter((one) => one.trim() !== '');
  if (networks.length === 0)
    throw new SluiceError('--auth=proxy needs --proxy-from: anybody else could name any user');
  for (const network of networks) addNetwork(trusted, network.trim());
  return {
    mode: 'proxy',
    userHeader: proxyUserHeader.toLowerCase(),
    groupsHeader: proxyGroupsHeader.toLowerCase(),
    isTrusted(address) {
      const plain = address.replace(/^::ffff:/, '');
      const family = isIP(plain);
      return family !== 0 && trusted.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

function addNetwork(trusted: BlockList, text: string): void {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (family === 0 || !Number.isSafeInteger(prefix) || prefix < 0 || prefix > most)
    throw new SluiceError(`--proxy-from "${text}" is no network: write 10.0.0.0/8 or an address`);
  trusted.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
}
