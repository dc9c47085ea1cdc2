import { createClaimsIndex } from '../controller/claims-index.ts';
import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { formatGoFlags, parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import type { GoFlags, GoFlagValues } from '@sluice/lib/flags/go-flags.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { createLog } from '../platform/log.ts';
import { describeAdoption, needsPerson } from './adopt/describe-adoption.ts';
import type { AdoptionForecast } from './adopt/describe-adoption.ts';
import { foresee } from './adopt/foresee.ts';
import type { ForeseeDeps } from './adopt/foresee.ts';
import { printForecasts } from './adopt/print-forecasts.ts';
import type { CanaryForecast } from './adopt/print-forecasts.ts';
import { readCluster } from './adopt/read-cluster.ts';
import type { ReadCluster } from './adopt/read-cluster.ts';
import { connectClustersOnce } from './connect-clusters.ts';
import { controllerFlags } from './controller-flags.ts';
import type { Environment } from './environment.ts';
import { exitCodes } from './exit-codes.ts';
import { createProviders } from './providers.ts';
import { rolloutOptions } from './rollout-options.ts';

/** Deadline of the whole command. */
const deadlineMs = 120_000;

const adoptFlags = {
  ...controllerFlags,
  'dry-run': { type: 'bool', default: false, help: 'Say what would happen, and write nothing; required' },
  o: { type: 'string', default: 'table', help: 'table or json' },
  context: { type: 'string', default: '', help: 'Context of the kubeconfig' },
} as const satisfies GoFlags;

type AdoptFlags = GoFlagValues<typeof adoptFlags>;

/**
 * `sluice adopt --dry-run`: forecasts what a controller with these flags would do with the existing canaries.
 * Resolves to the exit code.
 */
export async function runAdopt(args: readonly string[], env: Environment): Promise<number> {
  let flags: AdoptFlags;
  try {
    const parsed = parseGoFlags(adoptFlags, args);
    if (parsed.help) {
      console.log(`Usage of sluice adopt:\n${formatGoFlags(adoptFlags)}`);
      return exitCodes.done;
    }
    flags = checked(parsed.values, parsed.rest);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    console.error(`sluice adopt: ${describeError(error)}`);
    return exitCodes.usage;
  }
  try {
    const forecasts = await forecastAll(flags, env);
    console.log(printForecasts(forecasts, flags.o === 'json'));
    return forecasts.some(needsPerson) ? exitCodes.needsPerson : exitCodes.done;
  } catch (error) {
    const isOurs = error instanceof SluiceError || (error instanceof Error && error.name === 'TimeoutError');
    if (!isOurs) throw error;
    console.error(`sluice adopt: ${describeError(error)}`);
    return exitCodes.failed;
  }
}

function checked(flags: AdoptFlags, rest: readonly string[]): AdoptFlags {
  if (rest.length > 0) throw new SluiceError(`unexpected argument "${rest[0]}"; it takes flags only`);
  if (!flags['dry-run'])
    throw new SluiceError(
      'canaries are adopted by the controller when it starts; add --dry-run to see what it would do',
    );
  if (flags.o !== 'table' && flags.o !== 'json')
    throw new SluiceError(`-o is "${flags.o}"; use table or json`);
  return flags;
}

async function forecastAll(flags: AdoptFlags, env: Environment): Promise<readonly CanaryForecast[]> {
  const { client, http, clock, hasMeshCluster } = await connectClustersOnce(flags, env);
  const log = createLog({ level: 'fatal', encoding: 'json', destination: process.stderr, clock });
  const informers = createInformerCache({ client, clock, log, random: () => Math.random() });
  const signal = AbortSignal.timeout(deadlineMs);
  const options = rolloutOptions(flags, env, hasMeshCluster);
  const providers = createProviders(client, { http, clock });
  const namespace = flags.namespace === '' ? undefined : flags.namespace;
  try {
    const cluster = await readCluster({ client, clock, informers, providers, options, namespace }, signal);
    return await foreseeAll(
      cluster,
      { client, cache: informers, clock, log, providers, options, claims: claimsOf(cluster) },
      signal,
    );
  } finally {
    await informers.stop();
    await http.close();
  }
}

function claimsOf({ canaries }: ReadCluster): ForeseeDeps['claims'] {
  const claims = createClaimsIndex();
  for (const canary of canaries) claims.put(canary);
  return claims;
}

async function foreseeAll(
  { canaries, problemOf }: ReadCluster,
  deps: ForeseeDeps,
  signal: AbortSignal,
): Promise<readonly CanaryForecast[]> {
  const forecasts: CanaryForecast[] = [];
  for (const canary of canaries) {
    const { namespace = '', name } = canary.metadata;
    const problem = problemOf(canary);
    if (problem !== undefined) {
      const unread: AdoptionForecast = {
        outcome: 'invalid',
        message: 'left untouched until it is fixed',
        details: [problem],
      };
      forecasts.push({
        namespace,
        name,
        phase: asText(asRecord(canary['status'])['phase']) ?? '',
        writes: [],
        ...unread,
      });
      continue;
    }
    const seen = await foresee(canary, deps, signal);
    forecasts.push({
      namespace,
      name,
      phase: seen.before.phase,
      writes: seen.writes,
      ...describeAdoption(seen),
    });
  }
  return forecasts;
}
