import { isNotFound, KubeError } from '@sluice/kube/objects/kube-error.ts';
import { customResourceDefinitions } from '@sluice/kube/objects/resources.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { prunedStatusFields } from '../../api/crd-status-check.ts';
import { canaries } from '../../api/resources.ts';
import { findControllers } from '../adopt/find-controllers.ts';
import { exitCodes } from '../exit-codes.ts';
import { version } from '../version.ts';
import { inFrame } from './frame.ts';
import type { Call } from './frame.ts';

interface Versions {
  readonly client: string;
  /** Null where Deployments may not be listed. */
  readonly controllers: readonly { readonly deployment: string; readonly image: string }[] | null;
  /** `current`, `old`, `missing` or `unknown` (it may not be read). */
  readonly crd: string;
}

/** `sluice version --cluster`: of this program, the controllers that run, and the CRD of Canaries. */
export const runClusterVersion = inFrame<{ readonly cluster?: boolean }>({
  name: 'version',
  about:
    'The version of this program; with --cluster also the controllers that run, and the CRD of Canaries.',
  exits: {
    [exitCodes.done]: 'printed',
    [exitCodes.failed]: 'with --cluster: the API server could not be asked, or did not answer in time',
    [exitCodes.usage]: 'the command line is wrong',
  },
  doing: 'read the versions of',
  outputs: ['json', 'yaml'],
  declare: (command) => command.option('--cluster', 'also ask the cluster'),
  check: ({ cluster }) => {
    if (cluster !== true) throw new SluiceError('write --cluster, or nothing');
  },
  run: async (call) => {
    const { paper, flags } = call;
    const versions = await readVersions(call);
    const value = { apiVersion: 'cli.sluice.dev/v1', kind: 'Versions', ...versions };
    if (flags.output === 'json') paper.json(value);
    else if (flags.output === 'yaml') paper.yaml(value);
    else paper.out(...linesOf(versions));
    return exitCodes.done;
  },
});

async function readVersions({ cluster, namespace, signal }: Call): Promise<Versions> {
  const found = await findControllers(cluster.client, namespace, signal);
  return {
    client: version,
    controllers: found?.map(({ key, image }) => ({ deployment: key, image })) ?? null,
    crd: await readCrd({ cluster, signal }),
  };
}

async function readCrd({ cluster, signal }: Pick<Call, 'cluster' | 'signal'>): Promise<string> {
  const name = `${canaries.plural}.${canaries.group}`;
  try {
    const crd = await cluster.client.get(customResourceDefinitions, { name }, signal);
    return prunedStatusFields(crd).length === 0 ? 'current' : 'old';
  } catch (error) {
    if (isNotFound(error)) return 'missing';
    if (error instanceof KubeError && error.code === 403) return 'unknown';
    throw error;
  }
}

const crdWords: Readonly<Record<string, string>> = {
  current: 'has all fields of this version',
  old: 'lacks fields of this version: apply deploy/crds',
  missing: 'is not installed: apply deploy/crds',
  unknown: 'may not be read by you',
};

function linesOf({ client, controllers, crd }: Versions): readonly string[] {
  const running =
    controllers === null
      ? ['controller  unknown: you may not list Deployments']
      : controllers.length === 0
        ? ['controller  none found']
        : controllers.map(({ deployment, image }) => `controller  ${image} (deployment ${deployment})`);
  return [`client      ${client}`, ...running, `CRD         ${crdWords[crd] ?? crd}`];
}
