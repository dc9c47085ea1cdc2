import { listPages } from '@sluice/kube/cache/list-pages.ts';
import { readContextNames } from '@sluice/kube/login/kubeconfig-file.ts';
import type { ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { namespaces } from '@sluice/kube/objects/resources.ts';
import { phases } from '../../api/canary-status.ts';
import { canaries } from '../../api/resources.ts';
import type { CliCommand } from '../command.ts';
import { connect } from '../connect.ts';
import type { Connected } from '../connect.ts';
import type { Environment } from '../environment.ts';
import { gatesOf } from './gate-list.ts';
import { colourModes } from './paper.ts';
import { viewOf } from './read-rollout.ts';

/** Time for the cluster to answer while somebody presses Tab, in milliseconds. */
const answerMs = 500;

const values: Readonly<Record<string, readonly string[]>> = {
  '-o': ['json', 'yaml', 'wide', 'name'],
  '--output': ['json', 'yaml', 'wide', 'name'],
  '--color': colourModes,
  '--phase': phases.filter((phase) => phase !== ''),
  '--until': ['succeeded', 'gate', 'promoted', 'weight='],
};

/** Commands that do not take the name of a canary. */
const nameless = new Set([
  'start',
  'controller',
  'tester',
  'local',
  'adopt',
  'version',
  'completion',
  'help',
]);

/**
 * What may stand in the place of the last word, which may be empty. Asks the cluster where that is needed, for half a second
 * at most and never with a login. Rejects when it cannot say.
 */
export async function complete(
  commands: readonly CliCommand[],
  words: readonly string[],
  env: Environment,
): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const found = await candidates(commands, words, env);
  return found.filter((word) => word.startsWith(current) && word !== '').toSorted();
}

async function candidates(
  commands: readonly CliCommand[],
  words: readonly string[],
  env: Environment,
): Promise<readonly string[]> {
  const [name = '', ...rest] = words;
  const names = commands.filter(({ hidden }) => hidden !== true).map((command) => command.name);
  if (rest.length === 0 || (name === 'help' && rest.length === 1)) return [...names, 'help'];
  const [before = '', current = ''] = [words.at(-2), words.at(-1)];
  const fixed = values[before];
  if (fixed !== undefined) return fixed;
  if (current.startsWith('-'))
    return (await commands.find((one) => one.name === name)?.load())?.flags?.() ?? [];
  if (name === 'completion') return ['bash', 'zsh', 'fish', 'powershell'];
  if (name === 'gate' && rest.length === 1) return ['list', 'open', 'close'];
  if (before === '--context')
    return readContextNames(env['KUBECONFIG'] || `${env['HOME'] ?? ''}/.kube/config`);
  return nameless.has(name) ? [] : fromCluster(words, env);
}

async function fromCluster(words: readonly string[], env: Environment): Promise<readonly string[]> {
  const [before = '', current = ''] = [words.at(-2), words.at(-1)];
  const after = (...flags: readonly string[]): string | undefined =>
    words.find((_, index) => flags.includes(words[index - 1] ?? '') && index < words.length - 1);
  const cluster = await connect(
    { kubeconfig: after('--kubeconfig') ?? '', context: after('--context') ?? '', mayLogIn: false },
    env,
  );
  try {
    if (before === '-n' || before === '--namespace') return await namesIn(cluster, namespaces);
    const namespace = after('-n', '--namespace') ?? cluster.namespace ?? 'default';
    if (before === '--gate') return await gatesIn(cluster, namespace, words);
    return current.includes('/')
      ? await namesIn(cluster, canaries, undefined, true)
      : await namesIn(cluster, canaries, namespace);
  } finally {
    await cluster.http.close();
  }
}

async function namesIn(
  { client }: Connected,
  resource: ResourceType,
  namespace?: string,
  isQualified = false,
): Promise<readonly string[]> {
  const scope = { metadataOnly: true, ...(namespace === undefined ? {} : { namespace }) };
  const { items } = await listPages(client, resource, scope, AbortSignal.timeout(answerMs));
  return items.map(({ metadata }) =>
    isQualified ? `${metadata.namespace}/${metadata.name}` : metadata.name,
  );
}

/** Gates of the canary that the line names; of all canaries of the namespace where it names none yet. */
async function gatesIn(
  { client, clock }: Connected,
  namespace: string,
  words: readonly string[],
): Promise<readonly string[]> {
  const { items } = await listPages(client, canaries, { namespace }, AbortSignal.timeout(answerMs));
  const named = items.filter(({ metadata }) =>
    words.some((word) => word === metadata.name || word === `${metadata.namespace}/${metadata.name}`),
  );
  return (named.length === 0 ? items : named).flatMap((object) => {
    const view = viewOf(object, clock.now());
    return view.kind === 'RolloutView' ? gatesOf(view).map(({ gate }) => gate) : [];
  });
}
