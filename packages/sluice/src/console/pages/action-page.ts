import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import type { PageBody } from './layout.ts';
import { rolloutPath, stateBadge } from './parts.ts';
import { actionWords } from './people-parts.ts';
import type { OfferedAction } from './people-parts.ts';
import { shortRevision } from './words.ts';

export interface ActionPage {
  readonly rollout: Rollout;
  readonly action: OfferedAction;
  readonly cluster: string;
  readonly viewer: { readonly name: string; readonly csrf: string };
  readonly typed: { readonly reason: string; readonly problem: string } | undefined;
}

/** Asks before an action: the object, the revision, what it does, and in whose name. */
export function actionPage({ rollout, action, cluster, viewer, typed }: ActionPage): PageBody {
  const { view, key } = rollout;
  const word = actionWords[action.verb];
  const isDanger = action.verb === 'abort' || action.verb === 'undo';
  const body = html`<nav class="crumbs" aria-label="Breadcrumb">
      <a href="${rolloutPath(view)}">${key}</a>
    </nav>
    <div class="question" data-state="idle">
      <h1>${word} ${view.metadata.name}?</h1>
      <p class="question-meta">
        ${stateBadge(view)} <span>${key}</span> <span>cluster ${cluster}</span>
        <span>revision <code>${revisionOf(rollout)}</code></span>
      </p>
      ${view.images.text === '' ? undefined : html`<p class="images"><code>${view.images.text}</code></p>`}
      <p class="does">This ${action.does}.</p>
      ${action.missing === undefined ? form(rollout, action, viewer, typed, isDanger) : missing(action.missing)}
    </div>`;
  return { title: `${word} ${view.metadata.name}`, current: 'rollouts', body };
}

const revisionOf = ({ view }: Rollout): string => (view.revision === '' ? '–' : shortRevision(view.revision));

const missing = (what: string): Html =>
  html`<p class="note idle"><strong>You cannot do this:</strong> it needs ${what} here.</p>`;

function form(
  { view }: Rollout,
  { verb, for: about, needsReason }: OfferedAction,
  viewer: ActionPage['viewer'],
  typed: ActionPage['typed'],
  isDanger: boolean,
): Html {
  return html`<form class="decide" method="post" action="${rolloutPath(view, 'actions')}" data-decide>
    <input type="hidden" name="csrf" value="${viewer.csrf}" />
    <input type="hidden" name="verb" value="${verb}" />
    <input type="hidden" name="for" value="${about}" />
    <input type="hidden" name="revision" value="${view.revision}" />
    ${typed === undefined ? undefined : html`<p class="note failed" role="alert">${typed.problem}</p>`}
    ${verb === 'pause' ? pauseFor : undefined}
    <label for="reason">Reason</label>
    <textarea
      id="reason"
      name="reason"
      rows="2"
      maxlength="1000"
      aria-describedby="reason-hint"
      ${needsReason ? html`required` : ''}
    >
${typed?.reason ?? ''}</textarea>
    <p class="hint" id="reason-hint">
      ${needsReason ? 'Required.' : 'May stay empty.'} It is recorded with your name.
    </p>
    <div class="decide-buttons">
      <button class="button ${isDanger ? 'danger' : 'primary'} large">${actionWords[verb]}</button>
      <a class="button large" href="${rolloutPath(view)}">Cancel</a>
    </div>
    <p class="as">as <strong>${viewer.name === '' ? 'nobody' : viewer.name}</strong></p>
  </form>`;
}

const pauseFor = html`<label for="minutes">For</label>
  <select id="minutes" name="minutes">
    <option value="">until somebody resumes it</option>
    <option value="30">30 minutes</option>
    <option value="60">1 hour</option>
    <option value="240">4 hours</option>
    <option value="1440">1 day</option>
  </select>`;
