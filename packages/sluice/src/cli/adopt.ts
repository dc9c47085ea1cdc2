import { createClaimsIndex } from '../controller/claims-index.ts';
import { createInformerCache } from '@sluice/kube/cache/informer-cache.ts';
import { parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import type { GoFlags, GoFlagValues } from '@sluice/lib/flags/go-flags.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { KubeClient } from '@sluice/kube/ports/kube.ts';
import { createLog } from '../platform/log.ts';
import { describeAdoption, needsPerson } from './adopt/describe-adoption.ts';
import type { AdoptionForecast } from './adopt/describe-adoption.ts';
import { findControllers } from './adopt/find-controllers.ts';
import { chooseController, takeFlags } from './adopt/flags-from-cluster.ts';
import type { FlagsFromCluster, GivenFlags } from './adopt/flags-from-cluster.ts';
import { foresee } from './adopt/foresee.ts';
import type { ForeseeDeps } from './adopt/foresee.ts';
import { forecastLines, forecastValue } from './adopt/format-forecasts.ts';
import type { CanaryForecast } from './adopt/format-forecasts.ts';
import { readCluster } from './adopt/read-cluster.ts';
import type { ReadCluster } from './adopt/read-cluster.ts';
import { connectClustersOnce } from './connect-clusters.ts';
import { controllerFlags } from './controller-flags.ts';
import type { ControllerFlags } from './controller-flags.ts';
import type { Environment } from './environment.ts';
import { exitCodes } from './exit-codes.ts';
import { goHelp } from './help.ts';
import { print } from './print.ts';
import { createProviders } from './providers.ts';
import { rolloutOptions } from './rollout-options.ts';

/** Deadline of the whole command. */
const deadlineMs = 120_000;

const adoptFlags = {
  ...controllerFlags,
  'dry-run': { type: 'bool', default: false, help: 'Say what would happen, and write nothing; required' },
  o: { type: 'string', default: 'table', help: 'table or json' },
  context: { type: 'string', default: '', help: 'Context of the kubeconfig' },
  'flags-from': {
    type: 'string',
    default: 'cluster',
    help: 'Where flags that are not given come from: cluster (the controller that runs there), NAMESPACE/NAME of its Deployment, or none',
  },
} as const satisfies GoFlags;

type AdoptFlags = GoFlagValues<typeof adoptFlags>;

const about =
  'Say what a controller would make of the Canaries of the cluster that Flagger left. Nothing is written. ' +
  'It reads the flags of the controller that runs there; a flag given here wins.';
const exits = {
  [exitCodes.done]: 'no canary needs a person',
  [exitCodes.failed]: 'the cluster could not be read',
  [exitCodes.usage]: 'a flag is wrong, --dry-run is missing, or it is not clear which controller is meant',
  [exitCodes.needsPerson]: 'at least one canary needs a person first',
};

/**
 * `sluice adopt --dry-run`: forecasts what a controller with these flags would do with the existing canaries.
 * Resolves to the exit code.
 */
export async function runAdopt(args: readonly string[], env: Environment): Promise<number> {
  let given: Given;
  try {
    const parsed = parseGoFlags(adoptFlags, args);
    if (parsed.help) {
      print.out(...goHelp({ name: 'adopt --dry-run', about, flags: adoptFlags, exits }, print.columns));
      return exitCodes.done;
    }
    given = { values: checked(parsed.values, parsed.rest), given: parsed.given };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    print.err(`sluice adopt: ${describeError(error)}`, 'sluice help adopt lists the flags');
    return exitCodes.usage;
  }
  try {
    return await forecast(given, env);
  } catch (error) {
    const isOurs = error instanceof SluiceError || (error instanceof Error && error.name === 'TimeoutError');
    if (!isOurs) throw error;
    print.err(`sluice adopt: ${describeError(error)}`);
    return exitCodes.failed;
  }
}

/** The command line: its flags, and the names of those on it. */
interface Given extends GivenFlags {
  readonly values: AdoptFlags;
}

const deployment = /^[^/]+\/[^/]+$/;

function checked(flags: AdoptFlags, rest: readonly string[]): AdoptFlags {
  if (rest.length > 0) throw new SluiceError(`unexpected argument "${rest[0]}"; it takes flags only`);
  if (!flags['dry-run'])
    throw new SluiceError(
      'canaries are adopted by the controller when it starts; add --dry-run to see what it would do',
    );
  if (flags.o !== 'table' && flags.o !== 'json')
    throw new SluiceError(`-o is "${flags.o}"; use table or json`);
  const from = flags['flags-from'];
  if (from !== 'cluster' && from !== 'none' && !deployment.test(from))
    throw new SluiceError(`-flags-from is "${from}"; use cluster, none, or NAMESPACE/NAME of a Deployment`);
  return flags;
}

async function forecast(given: Given, env: Environment): Promise<number> {
  const connected = await connectClustersOnce(given.values, env);
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const flags = await flagsFor(given, connected.client, signal);
    if (flags === undefined) return exitCodes.usage;
    // With -o json too: it is said on standard error.
    print.err(...flags.said);
    const forecasts = await forecastAll(flags.values, env, connected, signal);
    if (given.values.o === 'json') print.json(forecastValue(forecasts));
    else print.out(...forecastLines(forecasts));
    return forecasts.some(needsPerson) ? exitCodes.needsPerson : exitCodes.done;
  } finally {
    await connected.http.close();
  }
}

/** The flags to forecast with. Undefined, said on standard error, where several controllers could be meant. */
async function flagsFor(
  given: Given,
  client: KubeClient,
  signal: AbortSignal,
): Promise<FlagsFromCluster | undefined> {
  const { namespace, 'flags-from': from } = given.values;
  const key = deployment.test(from) ? from : undefined;
  if (from === 'none') return { values: given.values, said: [] };
  const found = await findControllers(client, key?.split('/')[0] ?? namespace, signal);
  const chosen = chooseController(found ?? [], { key, namespace });
  if (chosen.kind === 'one') return takeFlags(given, chosen.controller);
  if (chosen.kind === 'several') {
    print.err(
      `sluice adopt: several controllers run: ${chosen.keys.join(', ')}`,
      `add -flags-from=${chosen.keys[0]}, or -flags-from=none and the flags`,
    );
    return undefined;
  }
  if (key !== undefined) throw new SluiceError(`Deployment ${key} is not there, or runs no controller`);
  const why =
    found === undefined
      ? 'Deployments may not be listed, so that the flags of the controller are not known'
      : 'no controller of Flagger or Sluice was found';
  return { values: given.values, said: [`${why}: flags that are not given have their defaults`] };
}

async function forecastAll(
  flags: ControllerFlags,
  env: Environment,
  { client, http, clock, hasMeshCluster }: Awaited<ReturnType<typeof connectClustersOnce>>,
  signal: AbortSignal,
): Promise<readonly CanaryForecast[]> {
  const log = createLog({ level: 'fatal', encoding: 'json', destination: print.log, clock });
  const informers = createInformerCache({ client, clock, log, random: () => Math.random() });
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
