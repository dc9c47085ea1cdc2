import type { RolloutView } from '../../view/rollout-view.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';

/** What became of a form. It gets the focus after the answer, and is announced. */
export const resultNote = (kind: 'done' | 'machine' | 'failed', text: string): Html =>
  html`<p class="note ${kind}" id="result" role="status" tabindex="-1">${text}</p>`;

/** The note of an answer by its name in the URL: it says what the status says, never what the URL says. */
export function resultOf(result: string | undefined, { decisions }: RolloutView): Html | undefined {
  if (result === 'pending')
    return resultNote(
      'machine',
      'Recorded, not picked up yet: the controller takes it as soon as it sees it.',
    );
  const last = decisions.at(-1);
  if (result !== 'done' || last === undefined) return undefined;
  return resultNote(
    'done',
    `${last.verb} by ${last.by === '' ? 'nobody named' : last.by} is recorded: ${last.message}`,
  );
}
