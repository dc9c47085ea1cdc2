import { withDeadline } from '@sluice/lib/time/deadline.ts';
import { asRecord, asText } from '@sluice/lib/json/json-read.ts';
import { maskUrl } from '@sluice/lib/http/mask-url.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { HttpResponse } from '@sluice/lib/ports/http.ts';
import type {
  MetricProvider,
  MetricSource,
  MetricSourceConfig,
  MetricSourceDeps,
} from '../ports/metric-source.ts';
import { readPrometheusValue } from './prometheus-value.ts';
import { readJson } from './read-json.ts';

const timeoutMs = 5_000;

/** Calls the instant query API; the window is part of the query itself, as its range selectors. */
export const prometheus: MetricProvider = {
  type: 'prometheus',
  create(config, deps): MetricSource {
    const endpoint = endpointOf(config.address);
    const headers = headersOf(config);
    const overdue = (): Error =>
      new SluiceError(`${nameOf(endpoint)} did not answer within ${timeoutMs / 1000} s`, { retryable: true });
    const query = (text: string, signal: AbortSignal) =>
      withDeadline({ clock: deps.clock, ms: timeoutMs, signal, overdue }, (bounded) =>
        ask({ endpoint, headers, query: text, config }, deps, bounded),
      );
    return {
      query: (text, _windowMs, signal) => query(text, signal),
      async checkOnline(signal) {
        const value = await query('vector(1)', signal);
        if (value === 1) return;
        throw new SluiceError(`${nameOf(endpoint)} answered vector(1) with ${value ?? 'nothing'}, not 1`);
      },
    };
  },
};

interface Question {
  readonly endpoint: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
  readonly config: MetricSourceConfig;
}

async function ask(
  question: Question,
  deps: MetricSourceDeps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const url = new URL(question.endpoint);
  // The query is sent byte for byte: a line break in it ends a comment.
  url.searchParams.set('query', question.query);
  const { insecureSkipVerify } = question.config;
  const response = await deps.http.send(
    { method: 'GET', url: url.href, headers: question.headers, insecureSkipVerify },
    signal,
  );
  const what = nameOf(question.endpoint);
  if (response.status < 200 || response.status > 299) throw await refusal(response, what);
  return readPrometheusValue(await readJson(response, what), what);
}

/** Prometheus explains a bad query in the body of its 400 and 422. */
async function refusal(response: HttpResponse, what: string): Promise<SluiceError> {
  const { status } = response;
  const location = response.headers['location'];
  const retryable = status >= 500 || status === 429;
  if (status >= 300 && status < 400) {
    await response.discard();
    const target = location === undefined ? 'nowhere' : maskUrl(location);
    return new SluiceError(`${what} answered ${status}, a redirect to ${target}; write the final address`);
  }
  const body = await readJson(response, what).catch(() => undefined);
  const explanation = asText(asRecord(body)['error'])?.slice(0, 300);
  return new SluiceError(`${what} answered ${status}${explanation ? `: ${explanation}` : ''}`, { retryable });
}

function endpointOf(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new SluiceError(`prometheus: address "${maskUrl(address)}" is no http(s) URL`);
  }
  url.pathname = `${withoutSlashes(url.pathname)}/api/v1/query`;
  return url;
}

/** Not by a pattern, which would look at a row of slashes once for each of them. */
function withoutSlashes(path: string): string {
  let end = path.length;
  while (path.charAt(end - 1) === '/') end -= 1;
  return path.slice(0, end);
}

function nameOf(endpoint: URL): string {
  return `Prometheus at ${maskUrl(endpoint.origin)}`;
}

/** Credentials of the Secret override `headers`. A token overrides user and password. */
function headersOf(config: MetricSourceConfig): Readonly<Record<string, string>> {
  const headers = Object.fromEntries(
    Object.entries(config.headers).map(([name, values]) => [name.toLowerCase(), values.join(', ')]),
  );
  const authorization = authorizationOf(config.credentials);
  return authorization === undefined ? headers : { ...headers, authorization };
}

function authorizationOf(credentials: Readonly<Record<string, string>>): string | undefined {
  if (Object.keys(credentials).length === 0) return undefined;
  const { token, username, password } = credentials;
  if (token) return `Bearer ${token.trim()}`;
  if (username && password !== undefined) {
    return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }
  throw new SluiceError('prometheus: the Secret needs the key token, or the keys username and password');
}
