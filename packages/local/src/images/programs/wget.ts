/** Stands in for wget where the machine has none: the flags that probes use. */
import { writeFileSync } from 'node:fs';
import { fetchUrl, printHead } from './fetch-url.ts';
import { readCommandLine } from './short-flags.ts';

const withValue = [
  'O',
  'output-document',
  'T',
  'timeout',
  't',
  'tries',
  'header',
  'post-data',
  'U',
  'user-agent',
];

const line = readCommandLine(process.argv.slice(2), withValue);
const body = line.last('post-data');
const headers = Object.fromEntries(
  line.all('header').map((header) => {
    const colon = header.indexOf(':');
    return [header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim()];
  }),
);
const isSpider = line.has('spider');

for (const address of line.rest) {
  try {
    const fetched = await fetchUrl(address, {
      method: body === undefined ? (isSpider ? 'HEAD' : 'GET') : 'POST',
      headers: { 'user-agent': 'Wget (stand-in)', ...headers },
      body,
      timeoutMs: Number(line.last('T', 'timeout') ?? '60') * 1_000,
      redirects: 10,
    });
    if (line.has('S', 'server-response')) process.stderr.write(printHead(fetched));
    if (fetched.status >= 400)
      complain(8, `server returned error: HTTP/1.1 ${fetched.status} ${fetched.message}`);
    else if (!isSpider) write(fetched.body, fetched.url);
  } catch (error) {
    complain(4, `${address}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
if (line.rest.length === 0) complain(1, 'missing URL');

function write(content: Buffer, url: string): void {
  const name = new URL(url).pathname.split('/').at(-1) || 'index.html';
  const file = line.last('O', 'output-document') ?? name;
  if (file === '-') process.stdout.write(content);
  else writeFileSync(file, content);
}

function complain(code: number, message: string): void {
  process.exitCode = code;
  if (!line.has('q', 'quiet')) process.stderr.write(`wget: ${message}\n`);
}
