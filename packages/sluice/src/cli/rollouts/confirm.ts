import { askLine, canAsk } from '../ask-line.ts';
import { exitCodes } from '../exit-codes.ts';
import { shellWord } from '../shell-word.ts';
import { CommandFailure } from './failure.ts';
import type { Call } from './frame.ts';

/** `none`: no question. `yes`: y or N. `name`: the name of the canary must be typed. */
export type Question = 'none' | 'yes' | 'name';

/**
 * Says what is about to happen, and asks where the decision wants it. Throws `CommandFailure` when there is nobody to ask,
 * or the answer is another one.
 */
export async function confirm(
  { paper, ref, line }: Pick<Call, 'paper' | 'ref' | 'line'>,
  about: string,
  question: Question,
  isAnswered: boolean,
): Promise<void> {
  paper.err(about);
  if (question === 'none' || isAnswered) return;
  if (!canAsk())
    throw new CommandFailure(
      exitCodes.usage,
      'it must be confirmed, and there is no terminal to ask on',
      ['sluice', ...line, '--yes'].map(shellWord).join(' '),
    );
  const isGiven =
    question === 'yes'
      ? /^y(es)?$/i.test((await askLine('Go on? [y/N] '))?.trim() ?? '')
      : (await askLine(`Type the name of the canary to go on (${ref.name}): `))?.trim() === ref.name;
  // guard: an-unconfirmed-decision-is-not-written
  if (!isGiven)
    throw new CommandFailure(exitCodes.usage, 'it was not confirmed; nothing was changed', 'run it again');
}
