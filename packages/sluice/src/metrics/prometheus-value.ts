import { asList, asRecord } from '@sluice/lib/json/json-read.ts';
import type { JsonRecord } from '@sluice/lib/json/json-read.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

/**
 * The one number of an instant query's answer. No series and NaN (0/0: no traffic) are no data; infinities stay.
 * Throws `SluiceError` for several series: the wanted one is not known.
 */
export function readPrometheusValue(body: unknown, what: string): number | undefined {
  const answer = asRecord(body);
  const data = asRecord(answer['data']);
  if (answer['status'] !== 'success') throw new SluiceError(`${what} did not answer with a query result`);
  if (data['resultType'] === 'scalar') return readSample(data['result'], what);
  if (data['resultType'] !== 'vector') {
    const type = String(data['resultType']);
    throw new SluiceError(`${what} answered with a ${type}; the query must give one number, not a range`);
  }
  if (!Array.isArray(data['result'])) throw new SluiceError(`${what} answered with a vector that is no list`);
  const samples = asList(data['result']).map(asRecord);
  if (samples.length > 1) throw severalSeries(samples, what);
  return samples[0] === undefined ? undefined : readSample(samples[0]['value'], what);
}

/** `[seconds, "value"]`. */
function readSample(sample: unknown, what: string): number | undefined {
  const text = asList(sample)[1];
  const value = typeof text === 'string' ? parseFloatAsGo(text) : undefined;
  if (value === undefined) throw new SluiceError(`${what} answered with a sample that holds no number`);
  return Number.isNaN(value) ? undefined : value;
}

function parseFloatAsGo(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN;
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function severalSeries(samples: readonly JsonRecord[], what: string): SluiceError {
  const first = JSON.stringify(asRecord(samples[0]?.['metric'])).slice(0, 200);
  return new SluiceError(
    `${what} answered with ${samples.length} series, such as ${first}; reduce them to one, for example with sum()`,
  );
}
