import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatLoad, formatLoadCsv } from './format-load.ts';
import { parseHeyOptions } from './hey-options.ts';
import { createLoadDispatcher } from './load-dispatcher.ts';
import { type LoadResult, runLoad } from './run-load.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly at: number;
}

let server: Server;
let base = '';
let seen: Seen[] = [];
let connections = 0;

beforeEach(async () => {
  seen = [];
  connections = 0;
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body,
        at: performance.now(),
      });
      if (request.url === '/moved') response.writeHead(302, { location: '/' });
      if (request.url === '/broken') response.writeHead(500);
      if (request.url === '/circle') response.writeHead(302, { location: '/circle' });
      if (request.url !== '/silent') response.end('hello');
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function hey(
  args: readonly string[],
  env: Record<string, string> = {},
  stop?: AbortSignal,
): Promise<LoadResult> {
  const options = parseHeyOptions(args);
  const dispatcher = createLoadDispatcher(options, env);
  const body = options.body !== undefined && 'text' in options.body ? options.body.text : undefined;
  try {
    return await runLoad(options, body, dispatcher, stop ?? new AbortController().signal);
  } finally {
    await dispatcher.destroy();
  }
}

describe('a load test', () => {
  it('sends as many requests as asked, over as many connections as workers', async () => {
    const result = await hey(['-n', '40', '-c', '4', `${base}/path?a=b`]);
    expect(seen).toHaveLength(40);
    expect(new Set(seen.map((request) => request.url))).toEqual(new Set(['/path?a=b']));
    expect(connections).toBe(4);
    expect([...result.statusCodes]).toEqual([[200, 40]]);
    expect(result.bytes).toBe(200);
  });

  it('keeps each worker to its rate, and ends after its duration', async () => {
    const result = await hey(['-z', '1s', '-q', '20', '-c', '2', base]);
    // 2 workers x 20 a second; a slow machine may send less, none may send more.
    expect(seen.length).toBeGreaterThan(20);
    expect(seen.length).toBeLessThanOrEqual(40);
    expect(result.seconds).toBeGreaterThanOrEqual(1);
    expect(result.seconds).toBeLessThan(5);
  });

  it('spreads requests over the second instead of sending them in a burst', async () => {
    const stop = new AbortController();
    const done = hey(['-z', '1m', '-q', '5', '-c', '1', base], {}, stop.signal);
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(3), { timeout: 10_000 });
    stop.abort();
    await done;
    // Three intervals of 200 ms; a late first one on a busy machine is allowed for.
    expect((seen[3]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(300);
    expect(seen.length).toBeLessThan(10);
  });

  it('sends method, headers and body as told', async () => {
    await hey([
      '-n',
      '1',
      '-c',
      '1',
      '-m',
      'PUT',
      '-d',
      '{"a":1}',
      '-T',
      'application/json',
      '-host',
      'podinfo.test',
      base,
    ]);
    expect(seen[0]).toMatchObject({ method: 'PUT', body: '{"a":1}' });
    expect(seen[0]?.headers).toMatchObject({
      host: 'podinfo.test',
      'content-type': 'application/json',
      'user-agent': 'hey/0.0.1',
    });
  });

  it('goes through the proxy of the environment, so that names of the cluster resolve', async () => {
    const result = await hey(['-n', '2', '-c', '1', 'http://podinfo-canary.test:9898/'], {
      http_proxy: base,
    });
    expect([...result.statusCodes]).toEqual([[200, 2]]);
    expect(seen[0]).toMatchObject({ url: 'http://podinfo-canary.test:9898/' });
    expect(seen[0]?.headers.host).toBe('podinfo-canary.test:9898');
  });

  it('goes through -x rather than the proxy of the environment', async () => {
    const env = { http_proxy: 'http://127.0.0.1:1' };
    await hey(['-n', '1', '-c', '1', '-x', base, 'http://podinfo.test/'], env);
    expect(seen[0]?.url).toBe('http://podinfo.test/');
  });

  it('goes directly to what no_proxy names', async () => {
    await hey(['-n', '1', '-c', '1', base], { http_proxy: 'http://127.0.0.1:1', no_proxy: '127.0.0.1' });
    expect(seen[0]?.url).toBe('/');
  });

  it('follows redirects unless told not to', async () => {
    expect([...(await hey(['-n', '1', '-c', '1', `${base}/moved`])).statusCodes]).toEqual([[200, 1]]);
    const kept = await hey(['-n', '1', '-c', '1', '-disable-redirects', `${base}/moved`]);
    expect([...kept.statusCodes]).toEqual([[302, 1]]);
  });

  it('gives up on redirects without an end', async () => {
    const result = await hey(['-n', '1', '-c', '1', `${base}/circle`]);
    expect([...result.errors.values()]).toEqual([1]);
    expect(seen.length).toBeLessThan(20);
  });

  it('opens a connection for each request when told so', async () => {
    await hey(['-n', '5', '-c', '1', '-disable-keepalive', base]);
    expect(connections).toBe(5);
  });

  it('counts what does not answer, with its cause, and does not show the values of a query', async () => {
    const dead = await hey(['-n', '3', '-c', '1', 'http://127.0.0.1:1/?token=secret']);
    expect([...dead.errors]).toEqual([
      ['Get "http://127.0.0.1:1/?token=***": connect ECONNREFUSED 127.0.0.1:1', 3],
    ]);
    const silent = await hey(['-n', '1', '-c', '1', '-t', '1', `${base}/silent`]);
    expect([...silent.errors]).toEqual([[`Get "${base}/silent": no full answer within 1s`, 1]]);
  });
});

describe('the summary of a load test', () => {
  const samples = Array.from({ length: 100 }, (_, index) => {
    const total = (index + 1) / 1000;
    return { total, wait: total / 2, read: total / 2 };
  });
  const result: LoadResult = {
    seconds: 2,
    samples,
    bytes: 500,
    errors: new Map([['Get "http://x/": reset', 2]]),
    statusCodes: new Map([
      [500, 10],
      [200, 90],
    ]),
  };

  it('reads as the real one', () => {
    const text = formatLoad(result);
    for (const part of [
      '\nSummary:\n  Total:\t2.0000 secs\n  Slowest:\t0.1000 secs\n  Fastest:\t0.0010 secs\n  Average:\t0.0505 secs\n',
      '  Requests/sec:\t51.0000\n',
      '  Total data:\t500 bytes\n  Size/request:\t5 bytes\n',
      'Response time histogram:\n  0.001 [1]\t|■■■■\n  0.011 [9]\t|■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■■\n  0.021 [10]',
      'Latency distribution:\n  10% in 0.0110 secs\n  25% in 0.0260 secs\n  50% in 0.0510 secs\n',
      '  99% in 0.1000 secs\n',
      'Status code distribution:\n  [200]\t90 responses\n  [500]\t10 responses\n',
      'Error distribution:\n  [2]\tGet "http://x/": reset\n',
    ]) {
      expect(text).toContain(part);
    }
    const counts = [...text.matchAll(/ \[(\d+)\]\t\|/g)].map((match) => Number(match[1]));
    expect(counts).toHaveLength(11);
    expect(counts.reduce((total, count) => total + count)).toBe(100);
  });

  it('shows the errors when nothing answered', () => {
    const text = formatLoad({ ...result, samples: [], statusCodes: new Map(), bytes: 0 });
    expect(text).toContain('Error distribution:');
    expect(text).not.toMatch(/NaN|histogram/);
  });

  it('is a line a response with -o csv', () => {
    const lines = formatLoadCsv(result).trim().split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[1]).toBe('0.0010,0.0000,0.0000,0.0000,0.0005,0.0005');
  });
});
