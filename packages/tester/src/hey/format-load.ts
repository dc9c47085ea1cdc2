import type { LoadResult, LoadSample } from './run-load.ts';

/** The summary as hey prints it, without the times that are not measured here (DNS, connecting, writing). */
export function formatLoad(result: LoadResult): string {
  const latencies = result.samples.map((sample) => sample.total).toSorted((a, b) => a - b);
  const answers = sum([...result.statusCodes.values()]);
  const requests = answers + sum([...result.errors.values()]);
  const sections = [
    formatSummary(result, latencies, requests, answers),
    ...(latencies.length === 0 ? [] : [formatHistogram(latencies), formatLatencies(latencies)]),
    ...(latencies.length === 0 ? [] : [formatDetails(result.samples), formatStatusCodes(result)]),
    ...(result.errors.size === 0 ? [] : [formatErrors(result)]),
  ];
  return `\n${sections.join('\n')}\n\n`;
}

function formatSummary(
  result: LoadResult,
  latencies: readonly number[],
  requests: number,
  answers: number,
): string {
  const lines = [
    'Summary:',
    `  Total:\t${seconds(result.seconds)}`,
    `  Slowest:\t${seconds(latencies.at(-1) ?? 0)}`,
    `  Fastest:\t${seconds(latencies[0] ?? 0)}`,
    `  Average:\t${seconds(average(latencies))}`,
    `  Requests/sec:\t${(requests / result.seconds).toFixed(4)}`,
    '  ',
  ];
  if (result.bytes > 0) {
    lines.push(`  Total data:\t${result.bytes} bytes`);
    lines.push(`  Size/request:\t${Math.floor(result.bytes / answers)} bytes`);
  }
  return `${lines.join('\n')}\n`;
}

const bucketCount = 10;

function formatHistogram(latencies: readonly number[]): string {
  const fastest = latencies[0] ?? 0;
  const slowest = latencies.at(-1) ?? 0;
  const width = (slowest - fastest) / bucketCount;
  const marks = Array.from({ length: bucketCount }, (_, index) => fastest + width * index);
  marks.push(slowest);
  const counts = marks.map(() => 0);
  let bucket = 0;
  for (const latency of latencies) {
    while (bucket < bucketCount && latency > (marks[bucket] ?? 0)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  const lines = counts.map((count, index) => {
    const bar = '■'.repeat(Math.floor((count * 40 + Math.floor(most / 2)) / most));
    return `  ${(marks[index] ?? 0).toFixed(3)} [${count}]\t|${bar}`;
  });
  return ['Response time histogram:', ...lines, '', ''].join('\n');
}

function formatLatencies(latencies: readonly number[]): string {
  const lines = [10, 25, 50, 75, 90, 95, 99].map((percent) => {
    const index = Math.min(latencies.length - 1, Math.ceil((percent * latencies.length) / 100));
    return `  ${percent}% in ${seconds(latencies[index] ?? 0)}`;
  });
  return ['Latency distribution:', ...lines, ''].join('\n');
}

function formatDetails(samples: readonly LoadSample[]): string {
  const line = (name: string, values: readonly number[]): string => {
    const sorted = values.toSorted((a, b) => a - b);
    const parts = [average(sorted), sorted[0] ?? 0, sorted.at(-1) ?? 0];
    return `  ${name}:\t${parts.map(seconds).join(', ')}`;
  };
  return [
    'Details (average, fastest, slowest):',
    line(
      'resp wait',
      samples.map((sample) => sample.wait),
    ),
    line(
      'resp read',
      samples.map((sample) => sample.read),
    ),
    '',
  ].join('\n');
}

function formatStatusCodes(result: LoadResult): string {
  const codes = [...result.statusCodes].toSorted(([a], [b]) => a - b);
  return [
    'Status code distribution:',
    ...codes.map(([code, count]) => `  [${code}]\t${count} responses`),
    '',
  ].join('\n');
}

function formatErrors(result: LoadResult): string {
  const errors = [...result.errors].toSorted(([, a], [, b]) => b - a);
  return ['Error distribution:', ...errors.map(([text, count]) => `  [${count}]\t${text}`)].join('\n');
}

/** `-o csv`: one line per response, with hey's columns. */
export function formatLoadCsv(result: LoadResult): string {
  const columns = 'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read';
  const lines = result.samples.map((sample) =>
    [sample.total, 0, 0, 0, sample.wait, sample.read].map((value) => value.toFixed(4)).join(','),
  );
  return `${[columns, ...lines].join('\n')}\n`;
}

const seconds = (value: number): string => `${value.toFixed(4)} secs`;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const average = (values: readonly number[]): number =>
  values.length === 0 ? 0 : sum(values) / values.length;
