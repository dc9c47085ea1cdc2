import type { PastRun } from '../../api/canary-status.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import type { PageBody } from './layout.ts';
import { emptyState, factList, rolloutPath, section, timeTag } from './parts.ts';
import { decisionsList, imagesText, resultBadge, runPath } from './people-parts.ts';
import { durationText, shortRevision } from './words.ts';

/** Runs of one revision that are over, newest first; several when it was retried. */
export function runPage(rollout: Rollout, runs: readonly PastRun[], now: number): PageBody {
  const { view, key } = rollout;
  const revision = shortRevision(runs[0]?.revision ?? '');
  const body = html`${crumbs(rollout)}
    <h1>Revision <code>${revision}</code> of ${view.metadata.name}</h1>
    ${newerNote(rollout, runs)}
    ${runs.map((run, index) => runPart(rollout, run, runs.length === 1 ? '' : ` ${runs.length - index}`, now))}`;
  return { title: `${view.metadata.name}: revision ${revision}`, current: 'rollouts', body, follows: key };
}

const crumbs = ({ view, key }: Rollout): Html =>
  html`<nav class="crumbs" aria-label="Breadcrumb">
    <a href="/rollouts">Rollouts</a> <span aria-hidden="true">/</span>
    <a href="${rolloutPath(view)}">${key}</a>
  </nav>`;

/** A page of the past must not be taken for what runs now. */
function newerNote({ view }: Rollout, runs: readonly PastRun[]): Html | undefined {
  if (view.run === null || runs.some(({ id }) => id === view.run?.id)) return undefined;
  return html`<p class="note idle">
    A newer run has followed: <a href="${rolloutPath(view)}">revision ${shortRevision(view.revision)}</a>.
  </p>`;
}

/** `number` tells several runs of one revision apart: ` 2`, or empty. */
function runPart({ view }: Rollout, run: PastRun, number: string, now: number): Html {
  const { images = [], by, cause, startedAt, endedAt } = run;
  // The status keeps the requester of its last run alone.
  const requestedBy = view.run?.id === run.id ? view.run.requestedBy : '';
  const decisions = view.decisions.filter((one) => one.run === run.id);
  const facts = html`${factList([
    ['Started', html`${timeTag(startedAt, now)}${requestedBy === '' ? '' : ` by ${requestedBy}`}`],
    ['Ended', html`${timeTag(endedAt, now)}${by === undefined ? '' : ` by ${by}`}`],
    ['Took', durationText(Date.parse(endedAt) - Date.parse(startedAt))],
  ])}
  ${images.length === 0 ? undefined : html`<p class="images"><code>${imagesText(images)}</code></p>`}
  ${cause === undefined ? undefined : html`<p class="break"><strong>Cause:</strong> ${cause}</p>`}`;
  const none = 'No decision of this run is kept.';
  return html`${section(`run-${run.id}`, `Run${number}`, facts, resultBadge(run.result))}
  ${section(`decisions-${run.id}`, `Decisions${number === '' ? '' : ` of run${number}`}`, decisionsList(decisions, now, none))}`;
}

/** A revision that no run of the status has: too old, or a wrong link. Says which are kept. */
export function unknownRunPage(rollout: Rollout): PageBody {
  const { view } = rollout;
  const kept = [...new Set(view.history.toReversed().map(({ revision }) => revision))];
  const body = html`${crumbs(rollout)}
    <h1>This run is not kept</h1>
    ${emptyState(
      'It is too old, or the link is wrong',
      html`<p>
          The Canary keeps only its last runs.
          ${kept.length === 0 ? 'None has ended yet.' : 'It has runs of these revisions:'}
        </p>
        <ul class="plain">
          ${kept.map(
            (revision) =>
              html`<li>
                <a class="target" href="${runPath(view, revision)}"
                  ><code>${shortRevision(revision)}</code></a
                >
              </li>`,
          )}
        </ul>
        <p><a class="button" href="${rolloutPath(view)}">${view.metadata.name} now</a></p>`,
    )}`;
  return { title: 'Run not kept', current: 'rollouts', body };
}
