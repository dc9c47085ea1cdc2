import type { Verb } from '../../api/decision-status.ts';
import { rightsFor } from '../access/permissions.ts';
import type { ConsoleContext } from '../console-env.ts';
import type { ConsoleParts } from '../console-parts.ts';
import type { Outcome } from '../decide/decide.ts';
import { messagePage } from '../pages/message-page.ts';

/** Leads to the page that shows the decision, or says which right is missing. */
export async function answerOutcome(
  { show }: ConsoleParts,
  context: ConsoleContext,
  outcome: Exclude<Outcome, { kind: 'conflict' | 'incomplete' }>,
  path: string,
  verb: Verb,
): Promise<Response> {
  if (outcome.kind !== 'forbidden') return context.redirect(`${path}?result=${outcome.kind}#result`, 303);
  const rights = rightsFor(verb).join(' and ');
  return await show.page(
    context,
    messagePage(
      'You may not decide this',
      `Nothing was changed. ${verb} needs the right to ${rights} canaries.flagger.app here. The cluster says: ${outcome.why}`,
    ),
    403,
  );
}

export const unknownRollout = ({ show }: ConsoleParts, context: ConsoleContext): Promise<Response> =>
  show.page(
    context,
    messagePage(
      'This rollout is not here',
      'There is no Canary of this name, or you may not see its namespace. It may have been deleted.',
    ),
    404,
  );
