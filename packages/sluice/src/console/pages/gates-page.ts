import type { ApprovalView, RolloutView } from '../../view/rollout-view.ts';
import { html, pathOf, withQuery } from '../html.ts';
import type { Html } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import type { IconName } from './icons.ts';
import type { PageBody } from './layout.ts';
import { badge, cell, emptyState, rolloutLink, table, timeTag } from './parts.ts';
import { nameOf } from './people-parts.ts';
import { shortRevision } from './words.ts';

export interface AskedApproval {
  readonly rollout: Rollout;
  readonly approval: ApprovalView;
}

export interface GatesPage {
  readonly approvals: readonly AskedApproval[];
  readonly state: 'waiting' | 'decided';
  /** Only those that the viewer may decide. */
  readonly onlyMine: boolean;
  readonly isMine: (asked: AskedApproval) => boolean;
  readonly now: number;
}

const mostDecided = 5;

export const approvalsOf = (rollouts: readonly Rollout[]): readonly AskedApproval[] =>
  rollouts.flatMap((rollout) => rollout.view.approvals.map((approval) => ({ rollout, approval })));

/** Whether somebody is waited for. A rollback switch only can be pressed: nothing waits for it. */
export const isWaiting = ({ approval }: AskedApproval): boolean =>
  approval.state === 'waiting' && approval.type !== 'rollback';

/** The inbox: what people are asked, soonest deadline first. */
export function gatesPage(page: GatesPage): PageBody {
  const { approvals, state, onlyMine, isMine, now } = page;
  const waiting = approvals.filter(isWaiting);
  const decided = approvals.filter(({ approval }) => approval.state !== 'waiting').toSorted(byDecision);
  const shown = (state === 'waiting' ? waiting.toSorted(byDeadline) : decided).filter(
    (asked) => !onlyMine || isMine(asked),
  );
  const body = html`<div class="page-head"><h1>Approvals</h1></div>
    ${tabs(page, waiting.length, decided.length)}
    ${
      shown.length > 0
        ? html`<div data-list>${approvalsTable(shown, now)}</div>`
        : state === 'waiting'
          ? nothingWaits(decided.slice(0, mostDecided), waiting.length, now)
          : emptyState('Nothing was decided', html`<p>Decisions of the current runs appear here.</p>`)
    }`;
  return { title: 'Approvals', current: 'gates', body, follows: '*' };
}

const byDeadline = (a: AskedApproval, b: AskedApproval): number =>
  (a.approval.deadline ?? '9').localeCompare(b.approval.deadline ?? '9') ||
  a.approval.since.localeCompare(b.approval.since);

const decidedAt = ({ approval }: AskedApproval): string => approval.votes?.at(-1)?.at ?? approval.since;
const byDecision = (a: AskedApproval, b: AskedApproval): number => decidedAt(b).localeCompare(decidedAt(a));

function tabs({ state, onlyMine }: GatesPage, waiting: number, decided: number): Html {
  const tab = (id: GatesPage['state'], word: string, count: number): Html =>
    html`<a
      href="${withQuery('/gates', { state: id, mine: onlyMine ? 1 : '' })}"
      ${id === state ? html`aria-current="page"` : ''}
      >${word} <span class="count quiet-count">${count}</span></a
    >`;
  return html`<div class="tabs">
    <nav aria-label="Approvals by state">
      ${tab('waiting', 'Waiting', waiting)} ${tab('decided', 'Decided', decided)}
    </nav>
    <a class="button small" href="${withQuery('/gates', { state, mine: onlyMine ? '' : 1 })}"
      >${onlyMine ? 'Show all' : 'Only mine'}</a
    >
  </div>`;
}

const nothingWaits = (decided: readonly AskedApproval[], others: number, now: number): Html =>
  html`${emptyState(
    'Nothing waits for you',
    others > 0
      ? html`<p>${others} ${others === 1 ? 'approval waits' : 'approvals wait'} for other people.</p>`
      : html`<p>An approval appears here as soon as a rollout asks for one.</p>`,
  )}
  ${
    decided.length === 0
      ? undefined
      : html`<h2 class="after-empty">Decided last</h2>
          ${approvalsTable(decided, now)}`
  }`;

const approvalsTable = (approvals: readonly AskedApproval[], now: number): Html =>
  table(
    'Approvals',
    [
      'Rollout',
      'Question',
      'State',
      'Asked',
      'Gives up',
      'Approvers',
      html`<span class="hidden">Open</span>`,
    ],
    approvals.map(({ rollout: { view, key }, approval }) => row(view, key, approval, now)),
  );

const row = (view: RolloutView, key: string, approval: ApprovalView, now: number): Html =>
  html`<tr data-key="${key}#${approval.id}">
    <th scope="row">
      ${rolloutLink(view)}<span class="sub"
        >${approval.hook} · <code>${shortRevision(approval.revision)}</code></span
      >
    </th>
    ${cell('Question', approval.question)}
    ${cell('State', html`${approvalBadge(approval)}${votesOf(approval)}`)}
    ${cell('Asked', timeTag(approval.since, now), 'number')}
    ${cell(
      'Gives up',
      approval.state === 'waiting' && approval.deadline !== undefined
        ? html`${timeTag(approval.deadline, now, 'until')}
            <span class="sub">then ${approval.onDeadline}</span>`
        : html`<span class="none">–</span>`,
      'number',
    )}
    ${cell('Approvers', approval.approvers)}
    ${cell(
      'Open',
      html`<a
        class="button small ${approval.state === 'waiting' ? 'primary' : ''}"
        href="${pathOf('gates', approval.id)}"
        >${approval.state === 'waiting' ? 'Review' : 'Open'}<span class="hidden">
          ${approval.hook} of ${view.metadata.name}</span
        ></a
      >`,
    )}
  </tr>`;

const approvalLooks: Readonly<Record<string, readonly [IconName, string, string]>> = {
  waiting: ['person', 'person', 'waiting'],
  approved: ['done', 'done', 'approved'],
  rejected: ['failed', 'failed', 'rejected'],
  expired: ['lost', 'failed', 'expired'],
};

export function approvalBadge({ state }: Pick<ApprovalView, 'state'>): Html {
  const [mark, kind, word] = approvalLooks[state] ?? ['idle', 'idle', state];
  return badge(kind, mark, word);
}

function votesOf(approval: ApprovalView): Html | undefined {
  const last = approval.votes?.at(-1);
  if (last === undefined) return undefined;
  return html`<span class="sub"
    >${nameOf(last)}${last.reason === undefined || last.reason === '' ? '' : `: ${last.reason}`}${
      approval.needed > 1 ? ` (${approval.approved.length} of ${approval.needed})` : ''
    }</span
  >`;
}
