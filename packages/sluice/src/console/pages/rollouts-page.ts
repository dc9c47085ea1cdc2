import type { RolloutState, RolloutView } from '../../view/rollout-view.ts';
import { html, pathOf, withQuery } from '../html.ts';
import type { Html } from '../html.ts';
import type { Rollout } from '../live/rollout-book.ts';
import { filterRollouts, pageSize, queryOf, states } from './filter-rollouts.ts';
import type { RolloutFilter } from './filter-rollouts.ts';
import { icon } from './icons.ts';
import type { PageBody } from './layout.ts';
import {
  badge,
  cell,
  emptyState,
  pager,
  rolloutLink,
  stateBadge,
  table,
  timeTag,
  trafficBar,
} from './parts.ts';
import { trafficText, waitText } from './words.ts';

export interface RolloutsPage {
  /** Those that the viewer may see. */
  readonly rollouts: readonly Rollout[];
  /** Whether there are others. */
  readonly hasHidden: boolean;
  readonly filter: RolloutFilter;
  readonly now: number;
}

/** The list: what each rollout waits for, and until when. */
export function rolloutsPage(page: RolloutsPage): PageBody {
  const { rollouts, filter, now } = page;
  const found = filterRollouts(rollouts, filter);
  const shown = found.slice((filter.page - 1) * pageSize, filter.page * pageSize);
  const body = html`<div class="page-head">
      <h1>Rollouts</h1>
      ${counters(rollouts, filter)}
    </div>
    ${filterForm(rollouts, filter)}
    ${
      shown.length === 0
        ? nothing(page)
        : html`<div data-list>
            ${table(
              'Rollouts',
              headings,
              shown.map((one) => row(one.view, now)),
            )}
          </div>`
    }
    ${pager({
      page: filter.page,
      size: pageSize,
      total: found.length,
      hrefOf: (to) => withQuery('/rollouts', { ...queryOf(filter), page: to }),
    })}`;
  return { title: 'Rollouts', current: 'rollouts', body, follows: '*' };
}

const headings = ['Rollout', 'Phase', 'Waits for', 'Until', 'Traffic', 'Failed checks', 'Since'];

const row = (view: RolloutView, now: number): Html =>
  html`<tr data-key="${view.metadata.namespace}/${view.metadata.name}" data-state="${view.state}">
    <th scope="row">${rolloutLink(view)}</th>
    ${cell(
      'Phase',
      html`${stateBadge(view)}${view.paused === null ? undefined : html` ${badge('person', 'pause', 'paused')}`}`,
    )}
    ${cell('Waits for', waitsFor(view), 'waits')}
    ${cell('Until', timeTag(view.waitsFor.until, now, 'until'), 'number')}
    ${cell(
      'Traffic',
      html`<span class="traffic"
          >${trafficBar(view.traffic.written)}<span data-text="traffic">${trafficText(view)}</span></span
        ><span class="hidden" data-weight data-text="weight">${view.traffic.written}</span>`,
    )}
    ${cell(
      'Failed checks',
      html`<span data-text="checks">${view.checks.failed}/${view.checks.threshold}</span>`,
      view.checks.failed > 0 ? 'number bad' : 'number',
    )}
    ${cell('Since', timeTag(view.since, now, 'since'), 'number')}
  </tr>`;

const waitsFor = (view: RolloutView): Html =>
  html`<span
      data-text="waits"
      class="${view.waitsFor.kind === 'nothing' ? 'nothing' : ''}"
      title="${view.waitsFor.message}"
      >${waitText(view)}</span
    >
    ${
      view.waitsFor.approval === null
        ? undefined
        : html`<a class="button small" href="${pathOf('gates', view.waitsFor.approval)}"
            >Review<span class="hidden"> ${view.metadata.name}</span></a
          >`
    }`;

const counterWords: Readonly<Record<RolloutState, string>> = {
  person: 'wait for a person',
  failed: 'failed',
  back: 'rolling back',
  machine: 'in progress',
  done: 'succeeded',
  idle: 'idle',
};

/** How many there are of each state; each leads to them. */
const counters = (rollouts: readonly Rollout[], filter: RolloutFilter): Html =>
  html`<ul class="counters" aria-label="Rollouts by state">
    ${states.flatMap((state) => {
      const count = rollouts.filter(({ view }) => view.state === state).length;
      const isChosen = filter.state === state;
      if (count === 0 && !isChosen) return [];
      const href = withQuery('/rollouts', {
        ...queryOf(filter),
        page: undefined,
        state: isChosen ? '' : state,
      });
      return html`<li>
        <a class="counter" data-state="${state}" href="${href}" ${isChosen ? html`aria-current="true"` : ''}
          >${icon(state)}<strong>${count}</strong> ${counterWords[state]}</a
        >
      </li>`;
    })}
  </ul>`;

function filterForm(rollouts: readonly Rollout[], filter: RolloutFilter): Html {
  const namespaces = [...new Set([...rollouts.map(({ view }) => view.metadata.namespace), filter.namespace])]
    .filter((name) => name !== '')
    .toSorted();
  const option = (value: string, word: string, chosen: string): Html =>
    html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${word}</option>`;
  return html`<form
    class="filters"
    method="get"
    action="/rollouts"
    role="search"
    aria-label="Filter rollouts"
  >
    <div>
      <label for="q">Name</label
      ><input id="q" name="q" type="search" value="${filter.text}" placeholder="part of a name" data-filter />
    </div>
    <div>
      <label for="ns">Namespace</label
      ><select id="ns" name="ns">
        ${option('', 'all', filter.namespace)}
        ${namespaces.map((name) => option(name, name, filter.namespace))}
      </select>
    </div>
    <div>
      <label for="state">State</label
      ><select id="state" name="state">
        ${option('', 'any', filter.state)}
        ${states.map((state) => option(state, counterWords[state], filter.state))}
      </select>
    </div>
    <div>
      <label for="sort">Order</label
      ><select id="sort" name="sort">
        ${option('', 'attention first', filter.sort)} ${option('name', 'by name', filter.sort)}
      </select>
    </div>
    <button class="button">Apply</button>
  </form>`;
}

/** None, none that the viewer may see, or none that the filter lets through: three different things. */
function nothing({ rollouts, hasHidden, filter }: RolloutsPage): Html {
  if (rollouts.length > 0)
    return emptyState(
      'No rollout matches',
      html`<p>
          ${rollouts.length} ${rollouts.length === 1 ? 'rollout is' : 'rollouts are'} here, none of them
          matches.
        </p>
        <p>
          <a class="button" href="${withQuery('/rollouts', { sort: queryOf(filter)['sort'] })}"
            >Clear the filter</a
          >
        </p>`,
    );
  if (hasHidden)
    return emptyState(
      'No rollout is visible to you',
      html`<p>There are Canaries, and your access rules show you none of them.</p>
        <p class="hint">Ask for the right to <code>list canaries.flagger.app</code> in your namespace.</p>`,
    );
  return emptyState(
    'No rollout yet',
    html`<p>No Canary is in this cluster. A rollout appears here as soon as one is applied.</p>
      <p class="hint">
        Try it: <code>npm start</code> in a checkout of Sluice, or <code>kubectl apply -f canary.yaml</code>.
      </p>`,
  );
}
