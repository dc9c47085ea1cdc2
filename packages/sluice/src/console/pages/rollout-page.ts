import type { RolloutView } from '../../view/rollout-view.ts';
import { html, pathOf } from '../html.ts';
import type { Html } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import type { TrafficSample } from '../live/traffic-history.ts';
import type { PageBody } from './layout.ts';
import { icon } from './icons.ts';
import { factList, section, stateBadge, timeTag, trafficBar } from './parts.ts';
import { actionLink, decisionsList, nameOf, versionsTable } from './people-parts.ts';
import type { OfferedAction } from './people-parts.ts';
import { hooksTable, metricsTable, stepLadder } from './rollout-parts.ts';
import { trafficChart } from './traffic-chart.ts';
import { shortRevision, trafficText } from './words.ts';

export interface RolloutPage {
  readonly rollout: Rollout;
  readonly samples: readonly TrafficSample[];
  readonly actions: readonly OfferedAction[];
  /** Parts that are read from the cluster for each page; each says itself what failed. */
  readonly events: Html;
  readonly diff: Html;
  /** What became of a decision of this viewer. */
  readonly result: Html | undefined;
  readonly now: number;
}

export function rolloutPage(page: RolloutPage): PageBody {
  const { view, key } = page.rollout;
  const { name, namespace } = view.metadata;
  const undo = page.actions.find(({ verb }) => verb === 'undo');
  const body = html`<nav class="crumbs" aria-label="Breadcrumb">
      <a href="/rollouts">Rollouts</a> <span aria-hidden="true">/</span>
      <a href="/rollouts?ns=${encodeURIComponent(namespace)}">${namespace}</a>
    </nav>
    <div data-key="${key}" data-state="${view.state}">${head(page)}</div>
    ${page.result} ${alerts(view)}
    <div class="columns">
      <div>
        ${section('traffic', 'Traffic over time', trafficChart(page.samples, view.traffic.most, page.now), since(page))}
        ${section('hooks', 'Hooks', hooksTable(view, page.now))}
        ${section('metrics', 'Metrics', metricsTable(view, page.now), failedChecks(view))}
        ${section('events', 'Events', page.events)}
      </div>
      <div>
        ${section('steps', 'Steps', stepLadder(view.steps))} ${section('diff', 'What changes', page.diff)}
        ${section('decisions', 'Decisions', decisionsList(view.decisions, page.now))}
        ${section('versions', 'Versions', versionsTable(view, page.now, undoLine(view, undo)))}
      </div>
    </div>`;
  return {
    title: `${name}: ${view.phase === '' ? 'New' : view.phase}`,
    current: 'rollouts',
    body,
    follows: key,
  };
}

/** The one thing that is waited for, and what can be done. */
function head({ rollout: { view }, actions, now }: RolloutPage): Html {
  const { waitsFor, images } = view;
  return html`<div class="hero" data-state="${view.state}">
    <div class="hero-title">
      <h1><span class="ns">${view.metadata.namespace}/</span><wbr />${view.metadata.name}</h1>
      ${stateBadge(view)}
    </div>
    <p class="waits-line">
      ${icon(waitsFor.kind === 'person' ? 'person' : waitsFor.kind === 'machine' ? 'wait' : 'idle')}
      <span
        ><strong>Waits for</strong>
        <span data-text="waitsAs">${waitsFor.message}</span>${untilOf(view, now)}</span
      >
      ${
        waitsFor.approval === null
          ? undefined
          : html`<a class="button primary" href="${pathOf('gates', waitsFor.approval)}">Review</a>`
      }
    </p>
    ${factList(factsOf(view, now))}
    ${images.text === '' ? undefined : html`<p class="images"><code>${images.text}</code></p>`}
    <div class="actions">
      ${actions.filter(({ verb }) => isHere(verb)).map((action) => actionLink(view, action, styleOf(action.verb)))}
    </div>
  </div>`;
}

function factsOf(view: RolloutView, now: number): readonly (readonly [string, unknown])[] {
  const { run, traffic, checks, revision, target } = view;
  const by = run === null || run.requestedBy === '' ? undefined : html` by ${run.requestedBy}`;
  return [
    [
      'Canary',
      html`<span class="traffic"
          >${trafficBar(traffic.written)}<span data-text="traffic">${trafficText(view)}</span></span
        ><span class="hidden" data-weight data-text="weight">${traffic.written}</span>`,
    ],
    ['Failed checks', html`<span data-text="checks">${checks.failed}/${checks.threshold}</span>`],
    ['Revision', html`<code>${revision === '' ? '–' : shortRevision(revision)}</code>`],
    ['Target', target],
    ['Started', html`${timeTag(run?.startedAt, now)}${by}`],
  ];
}

/** Approvals have their own page, and going back stands beside the versions. */
const isHere = (verb: OfferedAction['verb']): boolean =>
  verb !== 'approve' && verb !== 'reject' && verb !== 'undo';

const styleOf = (verb: OfferedAction['verb']): string => (verb === 'abort' ? 'danger' : '');

function untilOf({ waitsFor: { until, onDeadline } }: RolloutView, now: number): Html | undefined {
  if (until === null) return undefined;
  return html`<span class="until">
    · ${onDeadline === null ? 'until' : `${onDeadline} at`} ${timeTag(until, now, 'until')}</span
  >`;
}

const since = ({ samples, now }: RolloutPage): Html | undefined =>
  samples[0] === undefined
    ? undefined
    : html`<span class="hint"
        >seen since ${timeTag(new Date(samples[0].at).toISOString(), now, 'none')} UTC</span
      >`;

const failedChecks = ({ checks }: RolloutView): Html =>
  html`<span class="hint">${checks.failed} of ${checks.threshold} failed checks</span>`;

/** Paused, rolled back, or a condition that a person must know of. */
function alerts({ paused, run, conditions }: RolloutView): readonly Html[] {
  return [
    ...(paused === null
      ? []
      : [
          html`<p class="note person">
            Paused by ${nameOf(paused)}${paused.reason === undefined ? '' : `: ${paused.reason}`}. Rollback
            stays armed.
          </p>`,
        ]),
    ...(run === null || run.cause === ''
      ? []
      : [html`<p class="note failed"><strong>Why it went back:</strong> ${run.cause}</p>`]),
    ...conditions
      .filter(({ type, status }) => type !== 'Promoted' && status === 'True')
      .map(
        ({ type, reason, message }) =>
          html`<p class="note failed"><strong>${type}</strong> (${reason}): ${message ?? 'no message'}</p>`,
      ),
  ];
}

const undoLine = (view: RolloutView, undo: OfferedAction | undefined): Html | undefined =>
  undo === undefined
    ? undefined
    : html`<p class="undo">${actionLink(view, undo)} <span class="hint">${undo.does}</span></p>`;
