import { destinationOf } from '@sluice/sluice/rules/run/phase-table.ts';
import { placeIds, places } from '@sluice/sluice/rules/run/phase-table/places.ts';
import type { PlaceId } from '@sluice/sluice/rules/run/phase-table/places.ts';
import { advanceTriggers, disturbanceTriggers } from '@sluice/sluice/rules/run/phase-table/transition.ts';
import type { Transition, Trigger } from '@sluice/sluice/rules/run/phase-table/transition.ts';

type Table = readonly Transition[];

/** What happens without anybody: a canary goes on by itself, gets its answers, or runs out of time. */
const unaided: readonly Trigger[] = [...advanceTriggers, 'deadline'];
const alive = placeIds.filter((id) => places[id].kind !== 'terminal');
const moving = placeIds.filter((id) => places[id].kind === 'moving');

/** Explores the table as a model: every place, every order of events, every `when`. A sentence for each defect. */
export function checkPhaseTable(table: Table): readonly string[] {
  return [
    ...unanswered(table),
    ...ambiguous(table),
    ...deadEnds(table),
    ...unreachable(table),
    ...alive.flatMap((id) => unsettled(table, id)),
  ];
}

/** Where `trigger` may lead from `id`: several places where the row says `when`. */
export function destinations(table: Table, id: PlaceId, trigger: Trigger): readonly PlaceId[] {
  return rowsOf(table, id, [trigger]).map((row) => destinationOf(row, id));
}

/** Every place that any order of `triggers` leads to from `id`, itself included. */
export function reachable(table: Table, id: PlaceId, triggers: readonly Trigger[]): ReadonlySet<PlaceId> {
  const seen = new Set([id]);
  for (const place of seen)
    for (const row of rowsOf(table, place, triggers)) seen.add(destinationOf(row, place));
  return seen;
}

const rowsOf = (table: Table, id: PlaceId, triggers: readonly Trigger[]): Table =>
  table.filter((row) => row.from.includes(id) && triggers.includes(row.on));

const unanswered = (table: Table): readonly string[] =>
  alive.flatMap((id) =>
    disturbanceTriggers
      .filter((trigger) => destinations(table, id, trigger).length === 0)
      .map((trigger) => `${id} does not say what happens on ${trigger}`),
  );

const ambiguous = (table: Table): readonly string[] =>
  placeIds.flatMap((id) =>
    [...advanceTriggers, ...disturbanceTriggers].flatMap((trigger) => {
      const rows = rowsOf(table, id, [trigger]);
      const told = new Set(rows.map((row) => row.when ?? ''));
      return rows.length > 1 && (told.size < rows.length || told.has(''))
        ? [`${id} says several things on ${trigger}, and not when`]
        : [];
    }),
  );

const deadEnds = (table: Table): readonly string[] =>
  moving
    .filter((id) => rowsOf(table, id, unaided).every((row) => destinationOf(row, id) === id))
    .map((id) => `${id} has no way out that needs nobody`);

function unreachable(table: Table): readonly string[] {
  const reached = reachable(table, 'new', [...advanceTriggers, ...disturbanceTriggers]);
  return alive.filter((id) => !reached.has(id)).map((id) => `nothing leads to ${id}`);
}

/**
 * Whatever comes first and in whatever order: once nothing more comes, every path ends at rest. A path that goes round would be
 * a rollout that never ends. Rows that stay are no steps of a path: rounds are counted by the plan and by failedChecks.
 */
function unsettled(table: Table, start: PlaceId): readonly string[] {
  const circles = [...reachable(table, start, [...advanceTriggers, ...disturbanceTriggers])]
    .map((id) => findCircle(table, [id]))
    .filter((circle) => circle !== undefined);
  return circles.map((circle) => `from ${start} a run may go round for ever: ${circle.join(', ')}`);
}

function findCircle(table: Table, path: readonly PlaceId[]): readonly PlaceId[] | undefined {
  const id = path.at(-1);
  if (id === undefined || places[id].kind !== 'moving') return undefined;
  for (const row of rowsOf(table, id, unaided)) {
    const next = destinationOf(row, id);
    if (next === id) continue;
    const circle = path.includes(next) ? [...path, next] : findCircle(table, [...path, next]);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
