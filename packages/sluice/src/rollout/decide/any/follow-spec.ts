import type { Serving } from '../../../api/canary-status.ts';
import { sameNames, samePorts, withNames, withPorts } from '../../../rules/objects/serving.ts';
import { isInitializing } from '../../../rules/run/phases.ts';
import { announce, enterPhase } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import type { Waits } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment } from '../decision.ts';

/** New names of the spec take effect at rest. Objects under the old names are deleted once they carry no traffic. */
export const followNames: Decision = {
  name: 'follow-names',
  run(moment) {
    const { seen, draft } = moment;
    const { asked, serving } = seen;
    if (sameNames(asked, serving)) return 'next';
    const unread = unreadKind(moment);
    if (unread !== undefined) return unread;
    const isRetargeted = asked.kind !== serving.kind || asked.target !== serving.target;
    draft.status = { ...draft.status, serving: withPorts(withNames(serving, asked), asked) };
    announce(
      moment,
      'Normal',
      'Renamed',
      `From now on ${describeNames(asked)} serve, in place of ${describeNames(serving)}, which go when the traffic has moved`,
    );
    // Another target has a primary of its own, which nobody has looked at: it is taken as a first one is.
    if (isRetargeted && !isInitializing(draft.status.phase)) enterPhase(moment, 'Initializing');
    return decided;
  },
};

const describeNames = ({ kind, target, provider, service }: Serving): string =>
  `${kind} ${target}, service ${service} and routes of ${provider}`;

/** Objects of a kind that cannot be read could not be kept as they should be. */
function unreadKind({ seen, deps }: Moment): Waits | undefined {
  const { asked, namespace } = seen;
  const workload = deps.providers.findWorkload(asked.kind);
  const router = deps.providers.findRouter(asked.provider);
  const kinds = [
    ...(workload === undefined ? [] : [workload.resource]),
    ...(router?.objects(seen.canary) ?? [])
      .filter(({ access }) => access !== 'read')
      .map(({ resource }) => resource),
  ];
  const unread = kinds.find((resource) => !deps.cache.isSynced(resource, namespace));
  if (unread === undefined) return undefined;
  const message = `${unread.plural}.${unread.group} are not listed yet: is their kind installed, and may the controller list and watch them?`;
  return waitFor('api', 'KindUnread', message);
}

/**
 * New ports of the spec take effect while primary and target run the same revision, because then both have the same
 * ports. A named port must exist in the primary.
 */
export const followPorts: Decision = {
  name: 'follow-ports',
  run({ seen, draft }) {
    const { asked, serving, revision, primary, workload } = seen;
    if (samePorts(asked, serving) || primary === undefined) return 'next';
    const { phase, lastPromotedSpec, run } = draft.status;
    const promoted = phase === 'Promoting' ? run?.revision : lastPromotedSpec;
    if (!isInitializing(phase) && (revision === undefined || revision !== promoted)) return 'next';
    const { targetPort } = asked;
    const isNamed = typeof targetPort === 'string' && !/^\d*$/.test(targetPort);
    if (isNamed && !workload.namesPort(primary, targetPort)) return 'next';
    const before = phase === 'Promoting' ? { before: portsOf(serving) } : {};
    const { before: _older, ...rest } = withPorts(serving, asked);
    draft.status = { ...draft.status, serving: { ...rest, ...before } };
    return decided;
  },
};

function portsOf({ port, targetPort, portName, appProtocol }: Serving): NonNullable<Serving['before']> {
  return {
    port,
    ...(targetPort === undefined ? {} : { targetPort }),
    ...(portName === undefined ? {} : { portName }),
    ...(appProtocol === undefined ? {} : { appProtocol }),
  };
}

/** Forgets the old names once no object has them. */
export const forgetFormer: Decision = {
  name: 'forget-former',
  run({ seen, draft }) {
    const { serving } = draft.status;
    if (serving?.former === undefined || seen.leftovers === undefined || seen.leftovers.length > 0)
      return 'next';
    const { former: _gone, ...rest } = serving;
    draft.status = { ...draft.status, serving: rest };
    return decided;
  },
};
