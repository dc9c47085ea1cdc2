import type { Figures, Plan } from './measure.ts';

/** Lines of figures, a column a controller, and how the first compares with the second. */
export function printComparison(found: ReadonlyMap<string, Figures>, plan: Plan): void {
  const all = [...found.values()];
  const row = (name: string, of: (figures: Figures) => number, digits = 1): void => {
    const values = all.map(of);
    const [first = 0, second] = values;
    const ratio = second === undefined || second === 0 ? '' : (first / second).toFixed(2);
    const cells = values.map((value) => value.toFixed(digits).padStart(14));
    console.log(`${name.padEnd(52)}${cells.join('')}${ratio.padStart(8)}`);
  };
  const title = [...found.keys()].map((name) => name.padStart(14)).join('');
  console.log(`${''.padEnd(52)}${title}${(found.size > 1 ? 'ratio' : '').padStart(8)}`);
  row('until all are Initialized, s', ({ initialized }) => initialized);
  const minutes = (figures: Figures): number => figures.idle.seconds / 60;
  row('at rest: reads a minute', (figures) => figures.idle.requests.reads / minutes(figures));
  row('at rest: writes a minute', (figures) => figures.idle.requests.writes / minutes(figures));
  row('at rest: watches begun a minute', (figures) => figures.idle.requests.watches / minutes(figures));
  row('at rest: lease requests a minute', (figures) => figures.idle.requests.leases / minutes(figures));
  row('at rest: CPU seconds a minute', (figures) => figures.idle.cpuSeconds / minutes(figures), 2);
  row('resident memory, MB', ({ residentMb }) => residentMb);
  if (plan.restOnly) return;
  row('a rollout (all at once): requests', ({ rollout }) => rollout.requests);
  row('a rollout (all at once): CPU seconds', ({ rollout }) => rollout.cpuSeconds, 3);
  for (const name of Object.keys(all[0]?.seconds ?? {}))
    row(`change to Succeeded: ${name}, s`, (figures) => figures.seconds[name] ?? NaN);
  const share = (part: number) => (figures: Figures) => {
    const sorted = figures.gateSeconds.toSorted((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? NaN;
  };
  row('gate opened to the next write: median, s', share(0.5), 2);
  row(`gate opened to the next write: most of ${plan.gateRounds}, s`, share(1), 2);
}
