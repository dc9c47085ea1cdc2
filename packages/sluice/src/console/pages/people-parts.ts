import type { DecisionRecord, PastRun, Verb } from '../../api/canary-status.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { html, pathOf } from '../html.ts';
import type { Html } from '../html.ts';
import type { IconName } from './icons.ts';
import { badge, cell, rolloutPath, table, timeTag } from './parts.ts';
import { bareRevision, durationText, shortRevision } from './words.ts';

/** A name, and whether the API server vouches for it. */
export const nameOf = ({ by, verified }: { readonly by: string; readonly verified: boolean }): Html =>
  by === ''
    ? html`<span class="none">nobody named</span>`
    : html`<strong>${by}</strong> <span class="sub-inline">(${verified ? 'verified' : 'claimed'})</span>`;

/** What people decided, newest first; `none` stands where there is no decision. */
export function decisionsList(
  decisions: readonly DecisionRecord[],
  now: number,
  none = 'Nobody has decided anything yet.',
): Html {
  if (decisions.length === 0) return html`<p class="hint">${none}</p>`;
  return html`<ol class="log">
    ${decisions.toReversed().map(
      (decision) =>
        html`<li>
          <p class="log-head">
            <strong>${decision.verb}</strong>${hookOf(decision)}
            ${
              decision.result === 'done'
                ? badge('done', 'done', 'done')
                : badge('failed', 'failed', decision.result)
            }
            <span class="number">${timeTag(decision.at, now)}</span>
          </p>
          <p>${nameOf(decision)} by ${decision.via}${quoted(decision.reason)}</p>
          <p class="sub">${decision.message}</p>
        </li>`,
    )}
  </ol>`;
}

const quoted = (reason: string | undefined): string =>
  reason === undefined || reason === '' ? '' : `: “${reason}”`;

const hookOf = ({ hook, for: about }: DecisionRecord): Html | undefined =>
  hook === undefined
    ? undefined
    : about?.startsWith('g-') === true
      ? html`<a href="${pathOf('gates', about)}">${hook}</a>`
      : html`<span>${hook}</span>`;

const resultLooks: Readonly<Record<string, readonly [IconName, string]>> = {
  succeeded: ['done', 'done'],
  failed: ['failed', 'failed'],
  undone: ['back', 'failed'],
  withdrawn: ['idle', 'idle'],
};

/** Images without the names of their containers. */
export const imagesText = (images: readonly string[]): string =>
  images.map((image) => image.slice(image.indexOf('=') + 1)).join(', ');

export function resultBadge(result: string): Html {
  const [mark, kind] = resultLooks[result] ?? ['idle', 'idle'];
  return badge(kind, mark, result);
}

/** The permalink of the runs of a revision. */
export const runPath = (view: RolloutView, revision: string): string =>
  rolloutPath(view, 'runs', bareRevision(revision));

/** The last runs, newest first; the latest that succeeded can be undone where that is possible. */
export function versionsTable(view: RolloutView, now: number, undo: Html | undefined): Html {
  if (view.history.length === 0)
    return html`<p class="hint">No run has ended yet.${undo === undefined ? '' : ' '}</p>
      ${undo}`;
  return html`${table(
    'Versions',
    ['Version', 'Result', 'Took', 'Ended'],
    view.history.toReversed().map((run) => versionRow(view, run, now)),
  )}${undo}`;
}

function versionRow(
  view: RolloutView,
  { revision, images = [], result, cause, by, startedAt, endedAt }: PastRun,
  now: number,
): Html {
  return html`<tr>
    <th scope="row">
      <a class="target" href="${runPath(view, revision)}"><code>${shortRevision(revision)}</code></a>
      <span class="sub">${imagesText(images)}</span>
    </th>
    ${cell(
      'Result',
      html`${resultBadge(result)}${cause === undefined ? undefined : html`<span class="sub">${cause}</span>`}${
        by === undefined ? undefined : html`<span class="sub">by ${by}</span>`
      }`,
    )}
    ${cell('Took', durationText(Date.parse(endedAt) - Date.parse(startedAt)), 'number')}
    ${cell('Ended', timeTag(endedAt, now), 'number')}
  </tr>`;
}

/** A link to the page that asks before an action, or why there is none. */
export function actionLink(view: RolloutView, action: OfferedAction, style = ''): Html {
  const { verb, missing } = action;
  const word = actionWords[verb];
  if (missing !== undefined)
    return html`<span class="button ${style}" aria-disabled="true"
      >${word}<span class="sub-inline"> needs ${missing}</span></span
    >`;
  return html`<a class="button ${style}" href="${rolloutPath(view, 'actions', verb)}">${word}…</a>`;
}

/** An action that makes sense now, and the right that the viewer lacks for it. */
export interface OfferedAction {
  readonly verb: Verb;
  readonly for: string;
  readonly does: string;
  readonly needsReason: boolean;
  readonly missing: string | undefined;
}

export const actionWords: Readonly<Record<OfferedAction['verb'], string>> = {
  approve: 'Approve',
  reject: 'Reject',
  pause: 'Pause',
  resume: 'Resume',
  abort: 'Abort',
  promote: 'Promote now',
  retry: 'Retry',
  undo: 'Undo',
  start: 'Start now',
};
