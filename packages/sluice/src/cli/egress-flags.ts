import { networkInterfaces } from 'node:os';
import type { GoFlags } from '@sluice/lib/flags/go-flags.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import {
  createEgressPolicy,
  loopbackAddresses,
  metadataAddresses,
  metadataNames,
} from '../platform/egress.ts';
import type { EgressPolicy } from '../platform/egress.ts';
import type { Environment } from './environment.ts';

export const egressFlags = {
  'egress-deny': {
    type: 'string',
    default: 'default',
    help: "CIDRs and host names that hooks and metric queries may not connect to, comma-separated; default stands for link-local and metadata addresses, in a pod also for the API server's and the pod's own; empty for none",
  },
  'egress-allow': {
    type: 'string',
    default: '',
    help: 'CIDRs that they may connect to all the same, comma-separated',
  },
} as const satisfies GoFlags;

type Flags = Readonly<Record<keyof typeof egressFlags | 'metrics-server' | 'event-webhook', string>>;

/** The policy of the flags. What the administrator names in flags of their own is always allowed. Throws `SluiceError`. */
export function readEgressPolicy(flags: Flags, env: Environment): EgressPolicy {
  const named = listOf(flags['egress-deny']);
  const defaults = named.includes('default') ? defaultDenied(env) : [];
  const all = [...defaults, ...named.filter((entry) => entry !== 'default')];
  // In some clusters the API server has a name.
  const isName = (entry: string): boolean => /^[a-z\d.-]*[a-z][a-z\d.-]*$/i.test(entry);
  const [denyNames, deny] = [all.filter(isName), all.filter((entry) => !isName(entry))];
  const trusted = [flags['metrics-server'], env['EVENT_WEBHOOK_URL'] ?? '', flags['event-webhook']];
  try {
    return createEgressPolicy({ deny, denyNames, allow: listOf(flags['egress-allow']), trusted });
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    throw new SluiceError(`-egress-deny or -egress-allow: ${error.message}`, { cause: error });
  }
}

/** In a pod, what listens on its own addresses is a sidecar's business; elsewhere, a developer's own receivers do. */
function defaultDenied(env: Environment): readonly string[] {
  const apiServer = env['KUBERNETES_SERVICE_HOST'];
  const metadata = [...metadataAddresses, ...metadataNames];
  if (apiServer === undefined) return metadata;
  const own = Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.map(({ address }) => address.split('%')[0] ?? ''),
  );
  return [...metadata, ...loopbackAddresses, ...own, apiServer];
}

const listOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
