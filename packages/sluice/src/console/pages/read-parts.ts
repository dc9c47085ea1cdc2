import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { asText } from '@sluice/lib/json/json-read.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { timeOf } from '../reads/cluster-reads.ts';
import type { Diff, Read } from '../reads/cluster-reads.ts';
import { badge, cell, table, timeTag } from './parts.ts';

const failedPart = (what: string, problem: string): Html =>
  html`<p class="note failed"><strong>${what} could not be read:</strong> ${problem}</p>`;

const shownEvents = 30;

export function eventsPart(read: Read<readonly AnyKubeObject[]>, now: number): Html {
  if ('problem' in read) return failedPart('Events', read.problem);
  if (read.value.length === 0)
    return html`<p class="hint">No event is kept. Kubernetes forgets them after an hour or so.</p>`;
  return table(
    'Events',
    ['Type', 'Reason', 'Message', 'Last seen'],
    read.value.slice(0, shownEvents).map((event) => {
      const isWarning = event['type'] === 'Warning';
      return html`<tr>
        ${cell('Type', isWarning ? badge('failed', 'lost', 'Warning') : badge('idle', 'idle', 'Normal'))}
        ${cell('Reason', asText(event['reason']) ?? '')}
        ${cell('Message', (asText(event['message']) ?? '').slice(0, 500), 'wide')}
        ${cell('Last seen', timeTag(timeOf(event), now), 'number')}
      </tr>`;
    }),
  );
}

export function diffPart(read: Read<Diff>): Html {
  if ('problem' in read) return failedPart('The difference', read.problem);
  if (read.value.kind === 'none') return html`<p class="hint">${read.value.why}</p>`;
  const { differences } = read.value;
  if (differences.length === 0)
    return html`<p class="hint">
      Nothing: the primary runs the target's pod template. ConfigMaps and Secrets that the pods read are not
      shown here.
    </p>`;
  return html`<dl class="diff">
      ${differences.map(
        ({ path, before, after }) =>
          html`<div>
            <dt><code>${path}</code></dt>
            ${before === undefined ? undefined : html`<dd class="old"><span class="hidden">before: </span><code>${before}</code></dd>`}
            ${after === undefined ? undefined : html`<dd class="new"><span class="hidden">after: </span><code>${after}</code></dd>`}
          </div>`,
      )}
    </dl>
    <p class="hint">Pod template of the primary and of the target. Values of secrets are never shown.</p>`;
}
