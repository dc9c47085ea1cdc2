import type { RolloutView } from '../../view/rollout-view.ts';
import { html, pathOf } from '../html.ts';
import type { Html } from '../html.ts';
import { icon, stateIcon } from './icons.ts';
import type { IconName } from './icons.ts';
import { clockText, phaseWord, stateWords } from './words.ts';

/** A time as the clock says it; the script of the page turns `since` and `until` into `12m` and counts on. */
export function timeTag(
  time: string | null | undefined,
  now: number,
  relative: 'since' | 'until' | 'ago' | 'none' = 'ago',
): Html {
  if (time === null || time === undefined || Number.isNaN(Date.parse(time)))
    return html`<span class="none">–</span>`;
  const full = new Date(time).toISOString();
  return html`<time datetime="${full}" title="${full}" data-rel="${relative}">${clockText(time, now)}</time>`;
}

/** Icon, word and colour of a rollout's state. */
export const stateBadge = (view: RolloutView): Html =>
  html`<span class="badge" data-state="${view.state}" title="${stateWords[view.state]}"
    >${stateIcon(view.state)}<span data-text="phase">${phaseWord(view)}</span></span
  >`;

/** A badge that does not follow a rollout. */
export const badge = (kind: string, name: IconName, word: string): Html =>
  html`<span class="badge" data-state="${kind}">${icon(name)}<span>${word}</span></span>`;

/** The share of the canary; the text beside it says the number. */
export const trafficBar = (percent: number): Html =>
  html`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="track" width="100" height="8"></rect>
    <rect class="fill" width="${percent}" height="8" data-bar></rect>
  </svg>`;

export const rolloutPath = ({ metadata }: RolloutView, ...more: readonly string[]): string =>
  pathOf('rollouts', metadata.namespace, metadata.name, ...more);

export const rolloutLink = (view: RolloutView): Html =>
  html`<a href="${rolloutPath(view)}" class="name"
    ><span class="ns">${view.metadata.namespace}/</span>${view.metadata.name}</a
  >`;

/** What stands where there is nothing: what it means, and what to do. */
export const emptyState = (title: string, text: Html): Html =>
  html`<div class="empty">
    <p class="empty-title">${title}</p>
    ${text}
  </div>`;

/** A part of a page under its own heading. */
export const section = (id: string, title: string, body: Html, aside?: Html): Html =>
  html`<section class="panel" aria-labelledby="${id}-title" id="${id}">
    <div class="panel-head">
      <h2 id="${id}-title">${title}</h2>
      ${aside}
    </div>
    ${body}
  </section>`;

/** A table that scrolls in itself, or becomes cards on a phone: `data-label` names each cell there. */
export const table = (label: string, headings: readonly unknown[], rows: readonly Html[]): Html =>
  html`<table class="cards">
    <caption class="hidden">
      ${label}
    </caption>
    <thead>
      <tr>
        ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;

export const cell = (label: string, content: unknown, name = ''): Html =>
  html`<td data-label="${label}" class="${name}">${content}</td>`;

/** Names and values, side by side. */
export const factList = (facts: readonly (readonly [name: string, value: unknown])[]): Html =>
  html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;

/** `Back 51–100 of 240 Next` */
export function pager(pages: {
  readonly page: number;
  readonly size: number;
  readonly total: number;
  readonly hrefOf: (page: number) => string;
}): Html | undefined {
  const { page, size, total, hrefOf } = pages;
  if (total <= size) return undefined;
  const last = Math.ceil(total / size);
  return html`<nav class="pager" aria-label="Pages">
    ${page > 1 ? html`<a class="button" href="${hrefOf(page - 1)}" rel="prev">Back</a>` : undefined}
    <span>${(page - 1) * size + 1}–${Math.min(page * size, total)} of ${total}</span>
    ${page < last ? html`<a class="button" href="${hrefOf(page + 1)}" rel="next">Next</a>` : undefined}
  </nav>`;
}
