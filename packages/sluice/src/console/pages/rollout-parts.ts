import type { HookView, RolloutView, StepView } from '../../view/rollout-view.ts';
import { html, pathOf } from '../html.ts';
import type { Html } from '../html.ts';
import { icon } from './icons.ts';
import type { IconName } from './icons.ts';
import { badge, cell, table, timeTag } from './parts.ts';
import { tookText } from './words.ts';

const stepLooks: Readonly<Record<StepView['state'], readonly [IconName, string, string]>> = {
  done: ['done', 'done', 'done'],
  now: ['machine', 'now', 'machine'],
  waits: ['person', 'waits for a person', 'person'],
  failed: ['failed', 'failed', 'failed'],
  back: ['back', 'rolled back', 'back'],
  'to-come': ['idle', 'to come', 'idle'],
};

/** The way of a run, step by step. */
export const stepLadder = (steps: readonly StepView[]): Html =>
  steps.length === 0
    ? html`<p class="hint">There is no plan to show.</p>`
    : html`<ol class="steps">
        ${steps.map(({ label, state }) => {
          const [name, word, kind] = stepLooks[state];
          return html`<li
            data-state="${kind}"
            ${state === 'now' || state === 'waits' ? html`aria-current="step"` : ''}
          >
            ${icon(name)}<span class="step-label">${label}</span><span class="step-word">${word}</span>
          </li>`;
        })}
      </ol>`;

/** Icon and colour of a judging word. A rollback hook's "yes" is never green. */
const judgedLooks: Readonly<Record<string, readonly [IconName, string]>> = {
  open: ['done', 'done'],
  pass: ['done', 'done'],
  delivered: ['done', 'done'],
  clear: ['done', 'done'],
  hold: ['person', 'person'],
  fail: ['failed', 'failed'],
  'ROLL BACK': ['back', 'failed'],
  lost: ['lost', 'failed'],
  queued: ['wait', 'machine'],
};

export function judgedBadge(word: string): Html {
  if (word === '') return html`<span class="none">not called yet</span>`;
  const [name, kind] = judgedLooks[word] ?? ['idle', 'idle'];
  return badge(kind, name, word);
}

/** Why a code was judged as it was, where that may surprise. */
export function judgedWhy({ type, code, judged }: Pick<HookView, 'type' | 'code' | 'judged'>): string {
  if (type === 'rollback' && judged === 'ROLL BACK') return 'an answer of 2xx asks to roll back';
  if (type.startsWith('confirm-') && judged === 'hold' && code !== null)
    return `${code} keeps the gate closed; it is not counted as a failed check`;
  if (judged === 'fail' && code !== null && code >= 300 && code < 400)
    return `${code} is a redirect and counts as a failure: write the final URL`;
  return '';
}

/** The hooks in their order, each with its last answer and how that was judged. */
export function hooksTable(view: RolloutView, now: number): Html {
  if (view.hooks.length === 0)
    return html`<p class="hint">
      This Canary has no hooks. <code>spec.analysis.webhooks</code> lists them.
    </p>`;
  const slowest = Math.max(1, ...view.hooks.map(({ durationMs }) => durationMs));
  return table(
    'Hooks',
    ['Hook', 'Judged', 'Answer', 'Took', 'When'],
    view.hooks.map(
      (hook) =>
        html`<tr>
          <th scope="row">
            ${
              hook.deliveryId === ''
                ? hook.name
                : html`<a href="${pathOf('deliveries', hook.deliveryId)}">${hook.name}</a>`
            }
            <span class="sub">${hook.type} · ${hook.url === '' ? 'people decide' : hook.url}</span>
          </th>
          ${cell('Judged', judged(hook, view))} ${cell('Answer', answerOf(hook))}
          ${cell('Took', tookOf(hook, slowest))} ${cell('When', timeTag(hook.at, now), 'number')}
        </tr>`,
    ),
  );
}

function judged(hook: HookView, view: RolloutView): Html {
  const approval = view.approvals.find(({ index, state }) => index === hook.index && state === 'waiting');
  if (hook.judged === '' && approval !== undefined)
    return html`<a href="${pathOf('gates', approval.id)}">${badge('person', 'person', 'asked')}</a>`;
  const why = judgedWhy(hook);
  return html`${judgedBadge(hook.judged)}${why === '' ? undefined : html`<span class="sub">${why}</span>`}`;
}

const answerOf = ({ code, message, at }: HookView): Html =>
  at === null
    ? html`<span class="none">–</span>`
    : html`<span class="code">${code ?? 'no answer'}</span>${
          message === '' ? undefined : html` <span class="answer">${message.slice(0, 200)}</span>`
        }`;

/** A bar as long as the call took, beside the slowest; retries as a number. */
const tookOf = ({ durationMs, attempts, at }: HookView, slowest: number): Html =>
  at === null
    ? html`<span class="none">–</span>`
    : html`<span class="took"
        ><svg
          class="bar thin"
          viewBox="0 0 100 8"
          preserveAspectRatio="none"
          aria-hidden="true"
          focusable="false"
        >
          <rect
            class="fill"
            width="${Math.max(2, Math.round((durationMs / slowest) * 100))}"
            height="8"
          ></rect></svg
        ><span>${tookText(durationMs)}</span>${
          attempts > 1 ? html`<span class="sub">${attempts} tries</span>` : undefined
        }</span
      >`;

const verdictLooks: Readonly<Record<string, readonly [IconName, string, string]>> = {
  passed: ['done', 'done', 'pass'],
  denied: ['failed', 'failed', 'out of range'],
  'no-data': ['lost', 'person', 'no data'],
  failed: ['lost', 'failed', 'could not tell'],
};

/** The last result of each metric beside what it is held to. */
export function metricsTable({ checks }: RolloutView, now: number): Html {
  if (checks.metrics.length === 0) return html`<p class="hint">No metric has been measured in this run.</p>`;
  return table(
    'Metrics',
    ['Metric', 'Verdict', 'Value', 'Range', 'When'],
    checks.metrics.map(({ name, verdict, value, message, min, max, at }) => {
      const [mark, kind, word] = verdictLooks[verdict] ?? ['idle', 'idle', verdict];
      return html`<tr>
        <th scope="row">${name}<span class="sub">${message}</span></th>
        ${cell('Verdict', badge(kind, mark, word))}
        ${cell('Value', value === null ? 'none' : rounded(value), 'number')}
        ${cell('Range', html`<span>${rangeText(min, max)}</span>${gauge(value, min, max)}`, 'number')}
        ${cell('When', timeTag(at, now), 'number')}
      </tr>`;
    }),
  );
}

const rounded = (value: number): string => String(Number(value.toPrecision(5)));

const rangeText = (min: number | null, max: number | null): string =>
  [...(min === null ? [] : [`min ${rounded(min)}`]), ...(max === null ? [] : [`max ${rounded(max)}`])].join(
    ', ',
  ) || 'any';

/** Where the value stands: the thresholds are lines, the value is a dot. */
function gauge(value: number | null, min: number | null, max: number | null): Html | undefined {
  const edges = [min, max].filter((edge) => edge !== null);
  if (value === null || edges.length === 0) return undefined;
  const low = Math.min(value, ...edges);
  const high = Math.max(value, ...edges);
  const room = (high - low || Math.abs(high) || 1) * 0.25;
  const x = (at: number): number => Math.round(((at - low + room) / (high - low + 2 * room)) * 100);
  return html`<svg class="gauge" viewBox="0 0 100 12" aria-hidden="true" focusable="false">
    <path class="axis" d="M0 6H100"></path>
    ${edges.map((edge) => html`<path class="edge" d="M${x(edge)} 0V12"></path>`)}
    <circle class="dot" cx="${x(value)}" cy="6" r="4"></circle>
  </svg>`;
}
