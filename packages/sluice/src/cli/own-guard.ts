import { readFileSync } from 'node:fs';
import { isServiceName, readResolvConf, servicesOf } from '@sluice/kube/objects/service-dns.ts';
import type { GuardedOptions } from '@sluice/lib/http/guarded-server.ts';
import type { OwnName } from '@sluice/lib/http/strangers.ts';
import type { Environment } from './environment.ts';

export const allowedHostsFlag = {
  type: 'string',
  default: '',
  help: 'Host names beside those of its Services that it answers to, comma-separated: of an Ingress, *.example.com for all below, * for any',
} as const;

/** The names by which this process is reached: those of its Services in a cluster, and those that an administrator allows. */
export function ownNames(env: Environment, allowedHosts: string): OwnName {
  const patterns = allowedHosts.split(',').map((name) => name.trim().toLowerCase());
  const allowed = patterns.filter((pattern) => pattern !== '');
  const { namespace, clusterDomain } = readResolvConf(read('/etc/resolv.conf') ?? '');
  const pod = {
    // Pods of the local cluster have the resolv.conf of the machine; others need not have either of the first two.
    namespace:
      env['POD_NAMESPACE'] ?? read('/var/run/secrets/kubernetes.io/serviceaccount/namespace') ?? namespace,
    hostname: env['HOSTNAME'] ?? '',
    clusterDomain,
    services: servicesOf(env),
  };
  return (name) => isServiceName(name, pod) || allowed.some((pattern) => isAllowed(name, pattern));
}

/**
 * Who is answered: by which names, and in a pod of the local cluster (`SLUICE_PEERS=own-user`), whose ports are on loopback, only
 * processes of its user.
 */
export function ownGuard(env: Environment, allowedHosts: string): Pick<GuardedOptions, 'isOwn' | 'onlyUser'> {
  const isOwn = ownNames(env, allowedHosts);
  const user = env['SLUICE_PEERS'] === 'own-user' ? process.getuid?.() : undefined;
  return user === undefined ? { isOwn } : { isOwn, onlyUser: user };
}

const isAllowed = (name: string, pattern: string): boolean =>
  pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
