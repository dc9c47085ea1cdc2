import { isNotFound } from '@sluice/kube/objects/kube-error.ts';
import type { AnyKubeObject, ResourceType } from '@sluice/kube/objects/kube-object.ts';
import { daemonSets, deployments } from '@sluice/kube/objects/resources.ts';
import { printableText } from '@sluice/lib/text/printable.ts';
import { exitCodes } from '../exit-codes.ts';
import { diffTemplates } from './diff-templates.ts';
import { CommandFailure } from './failure.ts';
import { inFrame } from './frame.ts';
import type { Call } from './frame.ts';
import { readExits, withName } from './read-command.ts';
import { readRollout } from './read-rollout.ts';

const kinds: Readonly<Record<string, ResourceType>> = { deployment: deployments, daemonset: daemonSets };

/** `sluice diff NAME`: what a rollout of the target as it is now would change in the primary's pods. */
export const runDiff = inFrame<object>({
  name: 'diff',
  about:
    "What would be rolled out: the target's pod template against the primary's, images first. Values that look like secrets are not shown, only that they changed.",
  exits: { ...readExits, [exitCodes.done]: 'shown; no difference, too' },
  doing: 'show the diff of',
  outputs: ['json'],
  declare: withName,
  run: async (call) => {
    const { paper, flags } = call;
    const view = await readRollout(call);
    const [kind = '', name = ''] = view.target.split('/');
    const [target, primary] = await readBoth(call, kind, name);
    const diff = diffTemplates(target, primary);
    if (flags.output === 'json')
      paper.json({ apiVersion: view.apiVersion, kind: 'TemplateDiff', metadata: call.ref, ...diff });
    else if (diff.text === '') paper.err(`No difference: ${name}-primary runs what ${view.target} asks for.`);
    else
      paper.out(
        ...diff.images.map(({ container, before, after }) => `${container}: ${before} → ${after}`),
        ...printableText(diff.text).split('\n'),
      );
    return exitCodes.done;
  },
});

async function readBoth(
  { cluster, ref, signal }: Call,
  kind: string,
  name: string,
): Promise<readonly [AnyKubeObject, AnyKubeObject]> {
  const { namespace } = ref;
  const resource = kinds[kind];
  if (resource === undefined)
    throw new CommandFailure(
      exitCodes.refused,
      `its target is a ${kind}, which has no pod template`,
      `kubectl -n ${namespace} get ${kind} ${name} -o yaml`,
    );
  const read = async (own: string): Promise<AnyKubeObject> => {
    try {
      return await cluster.client.get(resource, { namespace, name: own }, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw new CommandFailure(
        exitCodes.notFound,
        `there is no ${kind} ${own}`,
        `sluice status ${namespace}/${ref.name}`,
      );
    }
  };
  return [await read(name), await read(`${name}-primary`)];
}
