import type { DecisionRecord } from '../../api/canary-status.ts';
import type { ApprovalView, RolloutView } from '../../view/rollout-view.ts';
import { html, pathOf } from '../html.ts';
import type { Html } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import { approvalBadge } from './gates-page.ts';
import type { PageBody } from './layout.ts';
import { emptyState, rolloutPath, section, timeTag } from './parts.ts';
import { nameOf } from './people-parts.ts';
import { metricsTable } from './rollout-parts.ts';
import { shortRevision, trafficText } from './words.ts';

export interface GatePage {
  readonly rollout: Rollout;
  readonly approval: ApprovalView;
  readonly cluster: string;
  readonly viewer: { readonly name: string; readonly csrf: string; readonly isVerified: boolean };
  /** Why the viewer may not decide; undefined when it may. */
  readonly refusal: string | undefined;
  /** Whether a rejection is offered: a rollback switch has none. */
  readonly mayReject: boolean;
  readonly diff: Html;
  readonly result: Html | undefined;
  /** What the viewer typed, and what was wrong with it. */
  readonly typed: { readonly reason: string; readonly problem: string } | undefined;
  readonly now: number;
}

/** The question of one approval. It stays after the decision, and shows it. */
export function gatePage(page: GatePage): PageBody {
  const { rollout, approval } = page;
  const { view } = rollout;
  const isOpen = approval.state === 'waiting';
  const body = html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/gates">Approvals</a></nav>
    <div class="columns even">
      <div>
        <div class="question" data-state="${isOpen ? 'person' : 'idle'}">
          <h1>${approval.question}</h1>
          <p class="question-meta">
            ${approvalBadge(approval)} <a href="${rolloutPath(view)}">${rollout.key}</a>
            <span>cluster ${page.cluster}</span>
            <span>revision <code>${shortRevision(approval.revision)}</code></span>
          </p>
          ${view.images.text === '' ? undefined : html`<p class="images"><code>${view.images.text}</code></p>`}
          ${page.result} ${facts(page)} ${isOpen ? decide(page) : decidedBy(approval, view, page.now)}
        </div>
      </div>
      <div>
        ${section('evidence', 'Metrics', metricsTable(view, page.now))}
        ${section('diff', 'What changes', page.diff)}
        <p>
          <a class="target" href="${rolloutPath(view)}">Hooks, events and traffic of ${view.metadata.name}</a>
        </p>
      </div>
    </div>`;
  return {
    title: isOpen ? 'Approval asked' : `Approval ${approval.state}`,
    current: 'gates',
    body,
    follows: rollout.key,
  };
}

/** The words of each type: the button says what happens. */
const buttonWords: Readonly<Record<string, readonly [string, string]>> = {
  'confirm-rollout': ['Approve the start', 'Reject'],
  'confirm-traffic-increase': ['Approve the next step', 'Reject and roll back'],
  'confirm-promotion': ['Approve promotion', 'Reject and roll back'],
  rollback: ['Roll back now', ''],
};

function facts({ rollout: { view, key }, approval, now }: GatePage): Html {
  return html`<dl class="facts" data-key="${key}">
    <div>
      <dt>Now</dt>
      <dd><span data-text="traffic">${trafficText(view)}</span></dd>
    </div>
    <div>
      <dt>Failed checks</dt>
      <dd data-text="checks">${view.checks.failed}/${view.checks.threshold}</dd>
    </div>
    <div>
      <dt>Asked</dt>
      <dd>${timeTag(approval.since, now)} by hook ${approval.hook}</dd>
    </div>
    <div>
      <dt>Approvers</dt>
      <dd>${approval.approvers}</dd>
    </div>
    <div>
      <dt>Approvals</dt>
      <dd>
        ${approval.approved.length} of
        ${approval.needed}${approval.approved.length === 0 ? '' : `: ${approval.approved.join(', ')}`}
      </dd>
    </div>
    ${
      approval.deadline === undefined
        ? undefined
        : html`<div>
            <dt>If nobody answers</dt>
            <dd>${approval.onDeadline} at ${timeTag(approval.deadline, now, 'until')}</dd>
          </div>`
    }
  </dl>`;
}

function decide({ approval, viewer, refusal, mayReject, typed }: GatePage): Html {
  const [yes, no] = buttonWords[approval.type] ?? ['Approve', 'Reject'];
  const named = html`<p class="as">as <strong>${viewer.name === '' ? 'nobody' : viewer.name}</strong></p>`;
  if (refusal !== undefined)
    return html`<div class="decide">
      <p class="note idle" id="refusal"><strong>You cannot decide this:</strong> ${refusal}.</p>
      <div class="decide-buttons">
        <button class="button primary large" disabled aria-describedby="refusal">${yes}</button>
        ${mayReject ? html`<button class="button danger large" disabled aria-describedby="refusal">${no}</button>` : undefined}
      </div>
      ${named}
    </div>`;
  const hint = mayReject
    ? `Required for a rejection${approval.reasonRequired ? ' and for an approval' : ''}.`
    : approval.reasonRequired
      ? 'Required.'
      : 'May stay empty.';
  return html`<form
    class="decide"
    method="post"
    action="${pathOf('gates', approval.id, 'decision')}"
    data-decide
  >
    <input type="hidden" name="csrf" value="${viewer.csrf}" />
    <input type="hidden" name="revision" value="${approval.revision}" />
    ${typed === undefined ? undefined : html`<p class="note failed" role="alert">${typed.problem}</p>`}
    <label for="reason">Reason</label>
    <textarea id="reason" name="reason" rows="2" maxlength="1000" aria-describedby="reason-hint">
${typed?.reason ?? ''}</textarea>
    <p class="hint" id="reason-hint">${hint} It is recorded with your name.</p>
    <div class="decide-buttons">
      <button class="button primary large" name="verdict" value="approve">${yes}</button>
      ${mayReject ? html`<button class="button danger large" name="verdict" value="reject">${no}</button>` : undefined}
    </div>
    ${named}
  </form>`;
}

const decidedBy = (approval: ApprovalView, view: RolloutView, now: number): Html =>
  html`<div class="decided">
    ${(approval.votes ?? []).map(
      (vote) =>
        html`<p>
          ${vote.verdict === 'approve' ? 'Approved' : 'Rejected'} by ${nameOf(vote)}
          ${timeTag(vote.at, now, 'ago')}, by
          ${vote.via}${vote.reason === undefined || vote.reason === '' ? '.' : `: “${vote.reason}”`}
        </p>`,
    )}
    ${approval.state === 'expired' ? html`<p>Nobody decided in time: ${approval.onDeadline}.</p>` : undefined}
    <p class="hint">
      The rollout is now ${view.phase === '' ? 'New' : view.phase}; it waits for ${view.waitsFor.message}.
    </p>
  </div>`;

/** An approval of a run that is over: the record of its decision remains. */
export const pastGatePage = (rollout: Rollout, decision: DecisionRecord, now: number): PageBody => ({
  title: 'Approval decided',
  current: 'gates',
  follows: rollout.key,
  body: html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/gates">Approvals</a></nav>
    <div class="question" data-state="idle">
      <h1>This approval is decided</h1>
      <p>
        ${decision.verb} of ${decision.hook ?? 'an approval'} of
        <a href="${rolloutPath(rollout.view)}">${rollout.key}</a>, by ${nameOf(decision)}
        ${timeTag(decision.at, now)}, by ${decision.via}:
        ${decision.message}${decision.reason === undefined ? '' : ` “${decision.reason}”`}
      </p>
    </div>`,
});

/** An id that nobody knows: too old, or a wrong link. */
export const unknownGatePage: PageBody = {
  title: 'Approval not found',
  current: 'gates',
  body: html`<h1>This approval is not asked</h1>
    ${emptyState(
      'Its run is over, or the link is wrong',
      html`<p>
          A new revision asks anew, with a new link. It may also be in a namespace that you may not see.
        </p>
        <p><a class="button" href="/gates">All approvals</a></p>`,
    )}`,
};
