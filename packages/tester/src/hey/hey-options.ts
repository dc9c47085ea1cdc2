import { parseGoDuration } from '@sluice/lib/time/duration.ts';
import { type GoFlags, parseGoFlags } from '@sluice/lib/flags/go-flags.ts';
import { SluiceError } from '@sluice/lib/errors/sluice-error.ts';

export interface HeyOptions {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `-D` names a file; the caller reads it. */
  readonly body: { readonly text: string } | { readonly file: string } | undefined;
  readonly workers: number;
  /** Infinity when a duration is given. */
  readonly requestsPerWorker: number;
  /** Requests per second of each worker; 0: no limit. */
  readonly rate: number;
  /** 0: until the requests are done. */
  readonly durationMs: number;
  /** Deadline of each request; 0: none. */
  readonly timeoutMs: number;
  readonly proxy: string;
  readonly keepAlive: boolean;
  readonly followRedirects: boolean;
  readonly output: '' | 'csv';
}

const text = (fallback = '') => ({ type: 'string', default: fallback, help: '' }) as const;
const switchedOff = { type: 'bool', default: false, help: '' } as const;

const flags = {
  n: { type: 'int', default: 200, help: '' },
  c: { type: 'int', default: 50, help: '' },
  q: text('0'),
  z: text('0s'),
  o: text(),
  m: text('GET'),
  // Repeated flags are collected before the rest is parsed.
  H: text(),
  t: { type: 'int', default: 20, help: '' },
  A: text(),
  d: text(),
  D: text(),
  T: text('text/html'),
  U: text(),
  a: text(),
  x: text(),
  h2: switchedOff,
  host: text(),
  'disable-compression': switchedOff,
  'disable-keepalive': switchedOff,
  'disable-redirects': switchedOff,
  cpus: { type: 'int', default: 0, help: '' },
} as const satisfies GoFlags;

/** Reads hey's command line. Throws `SluiceError` with the sentence to show above the usage; '' for the usage alone. */
export function parseHeyOptions(args: readonly string[]): HeyOptions {
  const { headerLines, others } = takeHeaders(args);
  const { values, rest, help } = parseGoFlags(flags, others);
  const target = rest[0];
  if (help || target === undefined) throw new SluiceError('');
  if (values.h2) throw new SluiceError('-h2 is not supported by this stand-in for hey.');
  if (values.o !== '' && values.o !== 'csv') throw new SluiceError('-o must be csv or left out.');
  const url = URL.parse(target);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SluiceError(`The URL must begin with http:// or https://, not be ${JSON.stringify(target)}.`);
  }
  const durationMs = parseDuration(values.z);
  checkCounts(values.n, values.c, durationMs);
  const rate = Number(values.q);
  if (!(rate >= 0 && rate <= 1_000_000)) throw new SluiceError('-q must be a number from 0 to 1000000.');
  return {
    url,
    method: values.m.toUpperCase(),
    headers: buildHeaders(headerLines, values, url),
    body: values.D !== '' ? { file: values.D } : values.d === '' ? undefined : { text: values.d },
    workers: values.c,
    requestsPerWorker: durationMs > 0 ? Number.POSITIVE_INFINITY : Math.floor(values.n / values.c),
    rate,
    durationMs,
    timeoutMs: Math.max(0, values.t) * 1000,
    proxy: values.x === '' || values.x.includes('://') ? values.x : `http://${values.x}`,
    keepAlive: !values['disable-keepalive'],
    followRedirects: !values['disable-redirects'],
    output: values.o,
  };
}

function takeHeaders(args: readonly string[]): { readonly headerLines: string[]; readonly others: string[] } {
  const headerLines: string[] = [];
  const others: string[] = [];
  for (let position = 0; position < args.length; position += 1) {
    const argument = args[position] ?? '';
    const [name, value] = splitOnce(argument.replace(/^--?/, ''), '=');
    const isFlag = /^--?[^-]/.test(argument);
    if (!isFlag) return { headerLines, others: [...others, ...args.slice(position)] };
    const takesNext = value === undefined && Object.hasOwn(flags, name) && !isSwitch(name);
    if (name === 'H') headerLines.push(value ?? args[position + 1] ?? '');
    else others.push(argument, ...(takesNext ? args.slice(position + 1, position + 2) : []));
    if (takesNext) position += 1;
  }
  return { headerLines, others };
}

const isSwitch = (name: string): boolean =>
  Object.entries(flags).some(([key, flag]) => key === name && flag.type === 'bool');

function splitOnce(whole: string, separator: string): readonly [string, string | undefined] {
  const at = whole.indexOf(separator);
  return at === -1 ? [whole, undefined] : [whole.slice(0, at), whole.slice(at + 1)];
}

function parseDuration(given: string): number {
  const durationMs = parseGoDuration(given);
  if (durationMs < 0) throw new SluiceError('-z cannot be negative.');
  return durationMs;
}

function checkCounts(requests: number, workers: number, durationMs: number): void {
  if (workers > 10_000) throw new SluiceError('-c cannot be greater than 10000.');
  if (durationMs > 0) {
    if (workers <= 0) throw new SluiceError('-c cannot be smaller than 1.');
    return;
  }
  if (requests <= 0 || workers <= 0) throw new SluiceError('-n and -c cannot be smaller than 1.');
  if (requests < workers) throw new SluiceError('-n cannot be less than -c.');
}

interface HeaderFlags {
  readonly T: string;
  readonly A: string;
  readonly U: string;
  readonly a: string;
  readonly host: string;
  readonly 'disable-compression': boolean;
}

function buildHeaders(lines: readonly string[], values: HeaderFlags, url: URL): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': values.T };
  for (const line of lines) {
    const match = /^([\w-]+):\s*(.+)$/.exec(line);
    if (match === null) throw new SluiceError(`-H takes "Name: value", not ${JSON.stringify(line)}.`);
    headers[(match[1] ?? '').toLowerCase()] = match[2] ?? '';
  }
  if (values.A !== '') headers['accept'] = values.A;
  if (!values['disable-compression']) headers['accept-encoding'] ??= 'gzip';
  const agent = values.U === '' ? headers['user-agent'] : values.U;
  headers['user-agent'] = agent === undefined ? 'hey/0.0.1' : `${agent} hey/0.0.1`;
  const credentials = values.a === '' ? `${url.username}:${url.password}` : values.a;
  if (!/^.*:/.test(credentials)) throw new SluiceError('-a takes username:password.');
  if (credentials !== ':') headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  if (values.host !== '') headers['host'] = values.host;
  return headers;
}
