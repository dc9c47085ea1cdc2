import { html } from '../html.ts';
import type { Html } from '../html.ts';
import type { TrafficSample } from '../live/traffic-history.ts';
import { table, cell, timeTag } from './parts.ts';
import { clockText } from './words.ts';

const width = 720;
const height = 190;
const left = 40;
const right = 12;
const top = 12;
const bottom = 26;

/** The canary's share over time as steps, with marks where a check failed or somebody was waited for. */
export function trafficChart(samples: readonly TrafficSample[], most: number, now: number): Html {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return html`<p class="hint">Nothing has been seen yet.</p>`;
  const span = Math.max(60_000, now - first.at);
  const highest = Math.max(most, ...samples.map(({ weight }) => weight), 1);
  const begin = now - span;
  const x = (at: number): number => round(left + ((at - begin) / span) * (width - left - right));
  const y = (weight: number): number => round(top + (1 - weight / highest) * (height - top - bottom));
  const line = lineOf(samples, x, y, now);
  const sentence = `The canary has ${last.weight} % of the traffic; it had ${first.weight} % at ${clockOf(first.at, now)} UTC, when this console first saw it. The highest step of the plan is ${most} %.`;
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${sentence}">
      ${[0, highest / 2, highest].map(
        (weight) =>
          html`<path class="grid" d="M${left} ${y(weight)}H${width - right}"></path
            ><text class="tick" x="${left - 6}" y="${y(weight) + 4}" text-anchor="end"
              >${round(weight)}%</text
            >`,
      )}
      <path class="area" d="${line}V${y(0)}H${x(first.at)}Z"></path>
      <path class="line" d="${line}"></path>
      ${marks(samples, x, y)}
      <circle class="now" cx="${x(now)}" cy="${y(last.weight)}" r="4"></circle>
      <text class="tick" x="${left}" y="${height - 8}">${clockOf(begin, now)}</text>
      <text class="tick" x="${width - right}" y="${height - 8}" text-anchor="end">
        ${clockOf(now, now)} UTC
      </text>
    </svg>
    <details class="table-of">
      <summary>As a table</summary>
      ${samplesTable(samples, now)}
    </details>`;
}

type Scale = (value: number) => number;

function lineOf(samples: readonly TrafficSample[], x: Scale, y: Scale, now: number): string {
  const [first, ...rest] = samples;
  if (first === undefined) return '';
  const steps = rest.map(({ at, weight }) => `H${x(at)}V${y(weight)}`);
  return `M${x(first.at)} ${y(first.weight)}${steps.join('')}H${x(now)}`;
}

/** A mark where more checks had failed than before, where a person was waited for, and where it went back. */
function marks(samples: readonly TrafficSample[], x: Scale, y: Scale): readonly Html[] {
  return samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    const kind =
      sample.failed > (before?.failed ?? sample.failed)
        ? 'failed'
        : sample.state !== before?.state && (sample.state === 'person' || sample.state === 'back')
          ? sample.state
          : undefined;
    if (kind === undefined) return [];
    return [
      html`<g class="mark" data-state="${kind}"
        ><title>${markWords[kind]}</title
        ><use
          href="#i-${kind}"
          x="${x(sample.at) - 7}"
          y="${Math.max(0, y(sample.weight) - 20)}"
          width="14"
          height="14"
        ></use
      ></g>`,
    ];
  });
}

const markWords = { failed: 'a check failed', person: 'waited for a person', back: 'rolled back' } as const;

const samplesTable = (samples: readonly TrafficSample[], now: number): Html =>
  table(
    'Traffic over time',
    ['Time (UTC)', 'Canary', 'Phase', 'Failed checks'],
    samples.map(
      ({ at, weight, phase, failed }) =>
        html`<tr>
          ${cell('Time (UTC)', timeTag(new Date(at).toISOString(), now, 'none'), 'number')}
          ${cell('Canary', `${weight} %`, 'number')} ${cell('Phase', phase === '' ? 'New' : phase)}
          ${cell('Failed checks', String(failed), 'number')}
        </tr>`,
    ),
  );

const round = (value: number): number => Math.round(value * 10) / 10;
const clockOf = (at: number, now: number): string => clockText(new Date(at).toISOString(), now);
