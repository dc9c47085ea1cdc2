import type { Command } from 'commander';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { phases } from '../../api/canary-status.ts';
import { exitCodes } from '../exit-codes.ts';
import { inFrame } from './frame.ts';
import type { Call, CommonFlags, FrameSpec } from './frame.ts';
import { listRollouts, readable, readRollout } from './read-rollout.ts';
import type { ListedView, ListScope } from './read-rollout.ts';
import { withMeshProvider } from './read-command.ts';
import { rolloutTable } from './rollout-table.ts';
import { statusBlock } from './status-block.ts';
import { tableLines } from './table.ts';
import { watchRollouts } from './watch/watch-rollouts.ts';

export interface GetFlags {
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly waiting?: boolean;
  readonly phase?: string;
  readonly headers: boolean;
  readonly watch?: boolean;
}

const about =
  'The canaries of a namespace, or of all: how each stands and the one thing it waits for. With a name: all of one.';

const exits = {
  [exitCodes.done]: 'shown; an empty list, too; with -w: ended by the key q',
  [exitCodes.failed]: 'the API server could not be asked, or did not answer in time',
  [exitCodes.usage]: 'the command line is wrong',
  [exitCodes.notFound]: 'there is no canary of that name',
  [exitCodes.refused]: 'you may not read canaries',
  [exitCodes.interrupted]: 'with -w: stopped by Ctrl-C',
};

const declare = (command: Command): Command =>
  withMeshProvider(command)
    .argument('[name]', 'NAME, canary/NAME or NAMESPACE/NAME')
    .option('-A, --all-namespaces', 'all namespaces')
    .option('-l, --selector <labels>', 'canaries with these labels')
    .option('--waiting', 'only those that wait for a person')
    .option('--phase <phase>', 'only those of this phase, such as Failed')
    .option('-w, --watch', 'show them as they change, until Ctrl-C; on a terminal ? lists the keys')
    .option('--no-headers', 'no first line');

const spec = {
  about,
  exits,
  doing: 'get',
  outputs: ['json', 'yaml', 'wide', 'name'],
  declare,
  check,
  run: (call: Call<GetFlags>) =>
    call.flags.watch === true ? watch(call) : call.hasName ? showOne(call) : showList(call),
} satisfies Omit<FrameSpec<GetFlags>, 'name'>;

export const runGet = inFrame<GetFlags>({ ...spec, name: 'get' });
export const runList = inFrame<GetFlags>({ ...spec, name: 'list' });

function check({ phase, watch: isWatch, output }: CommonFlags & GetFlags): void {
  if (isWatch === true && (output === 'yaml' || output === 'name'))
    throw new SluiceError('-w goes with -o json and -o wide alone');
  const known = phases.filter((one) => one !== '');
  if (phase !== undefined && !known.some((one) => one === phase))
    throw new SluiceError(`--phase is "${phase}"; write ${known.join(', ')}`);
}

async function showOne(call: Call<GetFlags>): Promise<number> {
  const view = await readRollout(call);
  const { output } = call.flags;
  if (output === undefined) call.paper.out(...statusBlock(view, frameOf(call)));
  else write(call, [view], view);
  return exitCodes.done;
}

export const frameOf = ({ cluster, paper }: Call): { readonly now: number; readonly columns: number } => ({
  now: cluster.clock.now(),
  columns: paper.columns,
});

async function showList(call: Call<GetFlags>): Promise<number> {
  const views = (await listRollouts(call, scopeOf(call))).filter((view) => isWanted(view, call.flags));
  if (views.length === 0 && !isForPrograms(call)) {
    call.paper.err(emptyList(call));
    return exitCodes.done;
  }
  write(call, views, { apiVersion: 'cli.sluice.dev/v1', kind: 'RolloutViewList', items: views });
  return exitCodes.done;
}

const isForPrograms = ({ flags: { output } }: Call<GetFlags>): boolean =>
  output === 'json' || output === 'yaml';

const scopeOf = ({ flags, namespace }: Call<GetFlags>): ListScope => ({
  ...(flags.allNamespaces === true ? {} : { namespace }),
  ...(flags.selector === undefined ? {} : { labelSelector: flags.selector }),
});

const isWanted = (view: ListedView, { waiting, phase }: GetFlags): boolean =>
  view.kind === 'RolloutView'
    ? (waiting !== true || view.waitsFor.kind === 'person') && (phase === undefined || view.phase === phase)
    : phase === undefined;

function emptyList({ flags, namespace }: Call<GetFlags>): string {
  const which = flags.waiting === true ? ' that wait for a person' : '';
  const chosen = flags.phase === undefined && flags.selector === undefined ? '' : ' of this kind';
  return flags.allNamespaces === true
    ? `No canaries${which}${chosen} in the cluster.`
    : `No canaries${which}${chosen} in namespace ${namespace}. Other namespaces: -A`;
}

/** Writes the views in the form of `-o`; `value` is what JSON and YAML show. */
function write(call: Call<GetFlags>, views: readonly ListedView[], value: unknown): void {
  const { paper, flags, cluster } = call;
  if (flags.output === 'json') paper.json(value);
  else if (flags.output === 'yaml') paper.yaml(value);
  else if (flags.output === 'name') paper.out(...views.map(({ metadata }) => `canary/${metadata.name}`));
  else paper.out(...listLines(views, { ...frameOf(call), flags, now: cluster.clock.now() }));
}

function listLines(
  views: readonly ListedView[],
  options: {
    readonly now: number;
    readonly columns: number;
    readonly flags: CommonFlags & GetFlags;
  },
): readonly string[] {
  const { now, columns, flags } = options;
  const table = rolloutTable(views, {
    now,
    allNamespaces: flags.allNamespaces === true,
    isWide: flags.output === 'wide',
  });
  return tableLines(table, { columns, flexible: table.flexible, withHeader: flags.headers });
}

async function watch(call: Call<GetFlags>): Promise<number> {
  const { ref, flags, cluster, hasName } = call;
  // An error of the first look ends it; later ones do not.
  await (hasName ? readRollout(call) : listRollouts(call, scopeOf(call)));
  const named = { namespace: ref.namespace, fieldSelector: `metadata.name=${ref.name}` };
  return watchRollouts(call, {
    scope: hasName ? named : scopeOf(call),
    isWanted: (view) => (hasName ? view.metadata.name === ref.name : isWanted(view, flags)),
    timeoutMs: 0,
    picture: (views, columns, foldsHooks) => {
      const now = cluster.clock.now();
      const [view] = views;
      if (hasName && view !== undefined && flags.output === undefined)
        return statusBlock(readable(view), { now, columns, foldsHooks });
      return views.length === 0 ? [emptyList(call)] : listLines(views, { now, columns, flags });
    },
    end: () => undefined,
    quit: () => exitCodes.done,
  });
}
