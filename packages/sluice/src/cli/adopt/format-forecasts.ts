import { needsPerson } from './describe-adoption.ts';
import type { AdoptionForecast } from './describe-adoption.ts';

export interface CanaryForecast extends AdoptionForecast {
  readonly namespace: string;
  readonly name: string;
  /** Phase that Flagger left. */
  readonly phase: string;
  /** First writes, without the status of the Canary: `patch Service test/podinfo`. */
  readonly writes: readonly string[];
}

const headings = ['NAMESPACE', 'NAME', 'PHASE', 'OUTCOME', 'WHAT HAPPENS'] as const;

/** Forecasts for programs. */
export const forecastValue = (forecasts: readonly CanaryForecast[]) => ({
  canaries: forecasts.map((forecast) => ({ ...forecast, needsPerson: needsPerson(forecast) })),
  needPerson: forecasts.filter(needsPerson).length,
});

/** Forecasts as a table for people, a line each. */
export function forecastLines(forecasts: readonly CanaryForecast[]): readonly string[] {
  if (forecasts.length === 0) return ['no canaries found'];
  const rows = forecasts.map((one) => [one.namespace, one.name, one.phase || '-', one.outcome, one.message]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ');
  const lines = forecasts.flatMap((one, index) => [
    line(rows[index] ?? []),
    ...one.details.map((detail) => `    ${detail}`),
    ...one.writes.map((write) => `    would ${write}`),
  ]);
  return [line(headings), ...lines, '', summary(forecasts)];
}

function summary(forecasts: readonly CanaryForecast[]): string {
  const attention = forecasts.filter(needsPerson).length;
  const counts = new Map<string, number>();
  for (const { outcome } of forecasts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const parts = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  const end = attention === 0 ? 'none needs a person' : `${attention} should be looked at first`;
  const canaries = forecasts.length === 1 ? '1 canary' : `${forecasts.length} canaries`;
  return `${canaries}: ${parts}; ${end}. Nothing was written.`;
}
