import type { Serving } from '../../../api/canary-status.ts';
import { sameNames, samePorts, withNames, withPorts } from '../../../rules/objects/serving.ts';
import { isInitializing } from '../../../rules/run/phases.ts';
import { announce, enterPhase } from '../../draft.ts';
import { waitFor } from '../../wait.ts';
import type { Waits } from '../../wait.ts';
import { decided } from '../decision.ts';
import type { Decision, Moment } from '../decision.ts';

/** Names that the spec asks for take effect while no run is on; what was named otherwise goes once it carries nothing any more. */
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

/** Under a name whose kind cannot be read nothing could be held. */
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
 * Ports of live traffic follow the spec where the primary runs what the target is, because then both sides have the same
 * ports; a port by name must be one of the primary's.
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
    draft.status = { ...draft.status, serving: { ...withPorts(serving, asked), ...before } };
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

/** Nothing stands under former names any more. */
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
