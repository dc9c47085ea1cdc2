import { html, pathOf, withQuery } from '../html.ts';
import type { Html } from '../html.ts';
import { filterDeliveries } from './deliveries.ts';
import type { Delivery, DeliveryFilter } from './deliveries.ts';
import { pageSize } from './filter-rollouts.ts';
import type { PageBody } from './layout.ts';
import { cell, emptyState, factList, pager, rolloutLink, section, table, timeTag } from './parts.ts';
import { judgedBadge, judgedWhy } from './rollout-parts.ts';
import { tookText } from './words.ts';

const where = html`<p class="hint scope">
  This is what the status of each Canary keeps: the last answer of each hook, and announcements that wait or
  were given up. A log of every call, with what was sent, and a way to send it again, will stand here.
</p>`;

export function deliveriesPage(
  deliveries: readonly Delivery[],
  filter: DeliveryFilter,
  now: number,
): PageBody {
  const found = filterDeliveries(deliveries, filter);
  const shown = found.slice((filter.page - 1) * pageSize, filter.page * pageSize);
  const { text, page, ...chosen } = filter;
  const body = html`<div class="page-head"><h1>Deliveries</h1></div>
    ${where} ${filterForm(deliveries, filter)}
    ${
      shown.length > 0
        ? html`<div data-list>
            ${table(
              'Deliveries',
              headings,
              shown.map((one) => row(one, now)),
            )}
          </div>`
        : deliveries.length === 0
          ? emptyState(
              'No hook was called yet',
              html`<p>Calls of hooks appear here as soon as a run makes them.</p>`,
            )
          : emptyState(
              'No delivery matches',
              html`<p>${deliveries.length} are kept.</p>
                <p><a class="button" href="/deliveries">Clear the filter</a></p>`,
            )
    }
    ${pager({
      page,
      size: pageSize,
      total: found.length,
      hrefOf: (to) => withQuery('/deliveries', { ...chosen, q: text, page: to }),
    })}`;
  return { title: 'Deliveries', current: 'deliveries', body, follows: '*' };
}

const headings = ['When', 'Rollout', 'Hook', 'Type', 'Answer', 'Judged', 'Took', 'Tries'];

const row = (delivery: Delivery, now: number): Html =>
  html`<tr data-key="${delivery.rollout.key}#${delivery.id}">
    ${cell('When', timeTag(delivery.at, now), 'number')}
    ${cell('Rollout', rolloutLink(delivery.rollout.view))}
    <th scope="row" data-label="Hook"><a href="${pathOf('deliveries', delivery.id)}">${delivery.hook}</a></th>
    ${cell('Type', delivery.type)} ${cell('Answer', codeOf(delivery))} ${cell('Judged', verdictOf(delivery))}
    ${cell('Took', tookOf(delivery), 'number')} ${cell('Tries', delivery.attempts ?? '–', 'number')}
  </tr>`;

const codeOf = ({ code, verdict }: Delivery): Html =>
  html`<span class="code">${code ?? (verdict === 'queued' ? 'not sent' : 'no answer')}</span>`;

const verdictOf = ({ verdict }: Delivery): Html => (verdict === '' ? html`cancelled` : judgedBadge(verdict));

const tookOf = ({ durationMs }: Delivery): string => (durationMs === null ? '–' : tookText(durationMs));

type Choice = 'hook' | 'type' | 'verdict';

function select(deliveries: readonly Delivery[], filter: DeliveryFilter, name: Choice, word: string): Html {
  const values = new Set([...deliveries.map((one) => one[name]), filter[name]].filter((one) => one !== ''));
  return html`<div>
    <label for="${name}">${word}</label>
    <select id="${name}" name="${name}">
      <option value="">any</option>
      ${[...values]
        .toSorted()
        .map(
          (value) =>
            html`<option value="${value}" ${value === filter[name] ? html`selected` : ''}>${value}</option>`,
        )}
    </select>
  </div>`;
}

const filterForm = (deliveries: readonly Delivery[], filter: DeliveryFilter): Html =>
  html`<form class="filters" method="get" action="/deliveries" role="search" aria-label="Filter deliveries">
    <div>
      <label for="q">Text</label>
      <input
        id="q"
        name="q"
        type="search"
        value="${filter.text}"
        placeholder="id, rollout or answer"
        data-filter
      />
    </div>
    ${select(deliveries, filter, 'hook', 'Hook')} ${select(deliveries, filter, 'type', 'Type')}
    ${select(deliveries, filter, 'verdict', 'Judged')}
    <button class="button">Apply</button>
  </form>`;

/** One call: what was answered, and what that means. */
export function deliveryPage(delivery: Delivery, now: number): PageBody {
  const { rollout, hook, type, url, message, id, at, attempts } = delivery;
  const why =
    delivery.verdict === 'queued' ? '' : judgedWhy({ type, code: delivery.code, judged: delivery.verdict });
  const body = html`<nav class="crumbs" aria-label="Breadcrumb"><a href="/deliveries">Deliveries</a></nav>
    <h1>${hook} <span class="ns">${type}</span></h1>
    <p class="question-meta">${verdictOf(delivery)} ${rolloutLink(rollout.view)} · <code>${id}</code></p>
    <p>${effectOf(delivery)}${why === '' ? '' : ` ${why[0]?.toUpperCase()}${why.slice(1)}.`}</p>
    ${factList([
      ['Answer', codeOf(delivery)],
      ['When', timeTag(at, now)],
      ['Took', tookOf(delivery)],
      ['Tries', attempts ?? '–'],
      ...(url === '' ? [] : [['Sent to', url] as const]),
    ])}
    ${section(
      'answer',
      delivery.verdict === 'queued' ? 'Message' : 'Text of the answer, or the cause',
      message === ''
        ? html`<p class="hint">It was empty.</p>`
        : html`<pre tabindex="0" aria-label="Text of the answer">${message}</pre>
            <p class="hint">At most 1 KiB is kept; credentials are masked.</p>`,
    )}
    <p class="hint">What was sent, each try, and a way to send it again will stand here.</p>`;
  return { title: `Delivery of ${hook}`, current: 'deliveries', body, follows: rollout.key };
}

/** What it meant for the rollout. */
function effectOf({ type, verdict }: Delivery): string {
  if (type === 'event' || type === 'post-rollout')
    return verdict === 'queued'
      ? 'It waits to be sent, and is sent again until it is answered.'
      : 'It did not change the rollout: announcements never count.';
  const effects: Readonly<Record<string, string>> = {
    open: 'The gate is open: the rollout went on.',
    hold: 'The gate holds the rollout, which asks again.',
    pass: 'The check passed.',
    fail: 'It counts as a failed check.',
    'ROLL BACK': 'It asked to roll back.',
    clear: 'Nothing asks to roll back.',
  };
  return effects[verdict] ?? 'The call was cancelled and counts for nothing.';
}
