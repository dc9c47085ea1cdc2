/** Stands in for curl where the machine has none: the flags that probes and Helm tests use. */
import { writeFileSync } from 'node:fs';
import { fetchUrl, printHead } from './fetch-url.ts';
import { readCommandLine } from './short-flags.ts';

const withValue = [
  'X',
  'request',
  'd',
  'data',
  'H',
  'header',
  'm',
  'max-time',
  'o',
  'output',
  'w',
  'write-out',
];
const ignoredWithValue = [
  'connect-timeout',
  'retry',
  'retry-delay',
  'retry-max-time',
  'A',
  'user-agent',
  'u',
];

const line = readCommandLine(process.argv.slice(2), [...withValue, ...ignoredWithValue]);
const data = line.all('d', 'data', 'data-raw', 'data-binary');
const body = data.length === 0 ? undefined : data.join('&');
const headers = Object.fromEntries(
  line.all('H', 'header').map((header) => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim()];
  }),
);
const form = body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
const method =
  line.last('X', 'request') ?? (body !== undefined ? 'POST' : line.has('I', 'head') ? 'HEAD' : 'GET');
const seconds = Number(line.last('m', 'max-time') ?? '300');

for (const address of line.rest) {
  try {
    const fetched = await fetchUrl(address, {
      method,
      headers: { 'user-agent': 'curl/8 (stand-in)', ...form, ...headers },
      body,
      timeoutMs: seconds * 1_000,
      redirects: line.has('L', 'location') ? 10 : 0,
    });
    const failed = line.has('f', 'fail') && fetched.status >= 400;
    const head = line.has('i', 'include', 'I', 'head') ? Buffer.from(printHead(fetched)) : Buffer.alloc(0);
    if (!failed) write(Buffer.concat([head, fetched.body]));
    const format = line.last('w', 'write-out') ?? '';
    process.stdout.write(format.replace('%{http_code}', `${fetched.status}`).replaceAll('\\n', '\n'));
    if (failed) complain(22, `The requested URL returned error: ${fetched.status}`);
  } catch (error) {
    complain(7, `${address}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (line.rest.length === 0) complain(2, 'no URL specified');

function write(content: Buffer): void {
  const file = line.last('o', 'output');
  if (file === undefined || file === '-') process.stdout.write(content);
  else writeFileSync(file, content);
}

function complain(code: number, message: string): void {
  process.exitCode = code;
  if (!line.has('s', 'silent') || line.has('S', 'show-error'))
    process.stderr.write(`curl: (${code}) ${message}\n`);
}
