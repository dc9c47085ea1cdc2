import { destinationOf, phaseTable } from '@sluice/sluice/rules/run/phase-table.ts';
import { advances } from '@sluice/sluice/rules/run/phase-table/advances.ts';
import { placeIds, places } from '@sluice/sluice/rules/run/phase-table/places.ts';
import type { PlaceId } from '@sluice/sluice/rules/run/phase-table/places.ts';
import { disturbanceTriggers } from '@sluice/sluice/rules/run/phase-table/transition.ts';
import type { Transition, Trigger } from '@sluice/sluice/rules/run/phase-table/transition.ts';

const alive = placeIds.filter((id) => places[id].kind !== 'terminal');

/** docs/reference/phases.md: the table of phases, for people. */
export function renderPhasePage(): string {
  return [
    '# Phases',
    '<!-- Generated from packages/sluice/src/rules/phase-table by `npm run generate`. Do not edit. -->',
    introduction,
    section('Where a canary stands', renderPlaces()),
    section('The way of a run', `${renderDiagram()}\n\n${diagramText}`),
    section('By itself, and by the answers it gets', renderAdvances()),
    section('What may come at any moment', disturbanceText),
    ...disturbanceTriggers.map((trigger) => section(`On ${trigger}`, renderAnswers(trigger), '###')),
  ]
    .join('\n\n')
    .concat('\n');
}

const introduction = `The phases are Flagger's; two of them hold two places each. A test explores this table as a model: every place answers every
event, and whatever comes, in whatever order, each run ends at rest.

\`spec.suspend\`, a Canary that is \`Invalid\` and a second controller change no phase: everything stays where it is until that is over;
only an abort is obeyed while a Canary is suspended.
A phase is entered by one write of status, and the world is made to match it afterwards.`;

const diagramText = `Not drawn: a newer revision leads each run back to its first gate until the primary is touched, a target that is put back leads it to
\`Finalising\`, and deletion leads away from everywhere.`;

const disturbanceText = `A *new revision* is a change of the target; *put back* means that the target is again what the primary runs. *Abort* is the annotation
\`sluice.dev/abort\` on the Canary. The *deadline* is \`progressDeadlineSeconds\` without progress. *Restart* is the end of the controller at any
point, or another one that takes over.`;

function section(title: string, text: string, level = '##'): string {
  return `${level} ${title}\n\n${text}`;
}

function renderPlaces(): string {
  const rows = placeIds.map((id) => `| ${nameOf(id)} | ${places[id].kind} | ${places[id].waitsFor} |`);
  return ['| place | | waits for |', '| --- | --- | --- |', ...rows].join('\n');
}

function renderAdvances(): string {
  const lines = advances.map(
    (row) => `| ${row.on} | ${fromOf(row)} | ${row.when ?? ''} | ${toOf(row)} | ${textOf(row)} |`,
  );
  return ['| on | from | when | to | what happens |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}

function renderAnswers(trigger: Trigger): string {
  const lines = phaseTable
    .filter((row) => row.on === trigger)
    .map((row) => `| ${fromOf(row)} | ${row.when ?? ''} | ${toOf(row)} | ${textOf(row)} |`);
  return ['| from | when | to | what happens |', '| --- | --- | --- | --- |', ...lines].join('\n');
}

function fromOf({ from }: Transition): string {
  const others = alive.filter((id) => !from.includes(id));
  if (others.length === 0) return 'everywhere';
  return others.length === 1
    ? `everywhere but ${others.map(nameOf).join('')}`
    : from.map(nameOf).join('<br>');
}

const toOf = (row: Transition): string => (row.to === 'same' ? 'stays' : nameOf(row.to));

const textOf = (row: Transition): string => row.does;

function nameOf(id: PlaceId): string {
  const { phase, where } = places[id];
  if (phase === undefined) return '(gone)';
  const name = phase === '' ? '(new)' : `\`${phase}\``;
  return where === undefined ? name : `${name}, ${where}`;
}

/** What turns a run back, and deletion, lead away from nearly everywhere: a picture of all arrows shows none. */
function renderDiagram(): string {
  const states = placeIds
    .filter((id) => !['terminating', 'terminated', 'gone'].includes(id))
    .map((id) => `  state "${captionOf(id)}" as ${stateOf(id)}`);
  const edges = [...collectEdges()].map(([edge, triggers]) => `  ${edge} : ${[...triggers].join(', ')}`);
  return ['```mermaid', 'stateDiagram-v2', ...states, ...edges, '```'].join('\n');
}

function collectEdges(): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>();
  for (const row of phaseTable) {
    for (const from of row.from.filter((id) => isDrawn(row, id))) {
      const edge = `${stateOf(from)} --> ${stateOf(destinationOf(row, from))}`;
      edges.set(edge, (edges.get(edge) ?? new Set()).add(row.on));
    }
  }
  return edges;
}

function isDrawn(row: Transition, from: PlaceId): boolean {
  const to = destinationOf(row, from);
  if (to === from || to === 'gone' || row.on === 'deletion' || row.on === 'target put back') return false;
  return row.on !== 'new revision' || places[from].kind === 'resting';
}

/** Mermaid's ids know no hyphen. */
const stateOf = (id: PlaceId): string => id.replaceAll('-', '_');

function captionOf(id: PlaceId): string {
  const { phase, where } = places[id];
  const name = phase === '' ? 'new' : (phase ?? 'gone');
  return where === undefined ? name : `${name}, ${where}`;
}
