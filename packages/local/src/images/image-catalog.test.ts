import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ImageCatalog } from '../contracts.ts';
import { lockAddressRange, type AddressRange } from '../network/address-range.ts';
import { createImageCatalog } from './image-catalog.ts';

let directory: string;
let catalog: ImageCatalog;
let range: AddressRange;
let podIp: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-images-'));
  catalog = createImageCatalog({ directory, extraPrograms: { hey: ['/bin/echo', 'the hey of', "it's"] } });
  range = await lockAddressRange();
  podIp = `${range.prefix}.1.1`;
});
afterEach(async () => {
  const alive = [...children].filter((child) => child.exitCode === null && child.signalCode === null);
  const ended = alive.map((child) => once(child, 'exit'));
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all(ended);
  children.clear();
  await range.close();
  rmSync(directory, { recursive: true });
});

const none = { command: [], args: [] };

/** podinfo as its public manifest starts it; resolves when it is ready. */
async function startPodinfo(...flags: readonly string[]): Promise<ChildProcess> {
  const command = [
    './podinfo',
    '--port=9898',
    '--port-metrics=9797',
    '--grpc-port=9999',
    '--level=info',
    ...flags,
  ];
  const { argv, env } = catalog.resolve('ghcr.io/stefanprodan/podinfo:6.14.1', { command, args: [] })!;
  const [program, ...args] = argv;
  const child = spawn(program, args, {
    env: { ...env, POD_IP: podIp, PODINFO_UI_COLOR: '#123456', PODINFO_UI_MESSAGE: 'hello' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  children.add(child);
  await vi.waitFor(() => fetch(`http://${podIp}:9898/healthz`), { timeout: 5_000, interval: 10 });
  return child;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a line as a container's probe or exec would. `tools`: what the machine offers besides. */
async function run(
  line: string,
  env: Readonly<Record<string, string>> = {},
  tools = process.env['PATH'],
): Promise<Ended> {
  const path = `${catalog.programs}:${tools}`;
  const child = spawn('/bin/sh', ['-c', line], { env: { POD_IP: podIp, PATH: path, ...env } });
  children.add(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

test("podinfo's answers are those of the image, in the version of its tag", async () => {
  await startPodinfo();
  const url = `http://${podIp}:9898`;
  expect(await (await fetch(`${url}/version`)).json()).toMatchObject({ version: '6.14.1' });
  expect(await (await fetch(`${url}/api/info`)).json()).toMatchObject({
    version: '6.14.1',
    color: '#123456',
    message: 'hello',
  });
  expect((await fetch(`${url}/status/503`)).status).toBe(503);
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  const echoed = await fetch(`${url}/echo`, { method: 'POST', body: 'said' });
  expect([echoed.status, await echoed.text()]).toEqual([202, 'said']);
  expect(await (await fetch(`${url}/env`)).json()).toContain(`POD_IP=${podIp}`);
  expect(await (await fetch(`${url}/headers`, { headers: { 'x-a': '1' } })).json()).toMatchObject({
    'x-a': ['1'],
  });
});

test('podinfo issues tokens and knows its own again', async () => {
  await startPodinfo();
  const url = `http://${podIp}:9898/token`;
  const issued: unknown = await (await fetch(url, { method: 'POST', body: 'somebody' })).json();
  const token = String(Reflect.get(Object(issued), 'token'));
  const validate = (value: string) =>
    fetch(`${url}/validate`, { headers: { authorization: `Bearer ${value}` } });
  expect(await (await validate(token)).json()).toMatchObject({ token_name: 'somebody' });
  expect((await validate(`${token.slice(0, -2)}AA`)).status).toBe(401);
  expect((await validate('none')).status).toBe(401);
});

test("podinfo's readiness can be switched off and on", async () => {
  await startPodinfo();
  const ready = async (): Promise<number> => (await fetch(`http://${podIp}:9898/readyz`)).status;
  expect(await ready()).toBe(200);
  await fetch(`http://${podIp}:9898/readyz/disable`, { method: 'POST' });
  expect(await ready()).toBe(503);
  await fetch(`http://${podIp}:9898/readyz/enable`, { method: 'POST' });
  expect(await ready()).toBe(200);
});

test("podinfo's metrics count what it answered, on the port of its own", async () => {
  await startPodinfo();
  await fetch(`http://${podIp}:9898/status/500`);
  const text = await (await fetch(`http://${podIp}:9797/metrics`)).text();
  expect(text).toContain('http_request_duration_seconds_count{method="GET",path="status",status="500"} 1');
  expect(text).toMatch(
    /http_request_duration_seconds_bucket\{method="GET",path="status",status="500",le="\+Inf"\} 1/,
  );
  expect(text).toContain('http_requests_total{status="500"} 1');
});

test('podinfo told to fail fails a part of its requests, but none of its probes', async () => {
  await startPodinfo('--random-error=true');
  const statuses = async (path: string): Promise<ReadonlySet<number>> => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => fetch(`http://${podIp}:9898${path}`)),
    );
    return new Set(answers.map((answer) => answer.status));
  };
  expect(await statuses('/')).toContain(500);
  expect(await statuses('/readyz')).toEqual(new Set([200]));
});

test('podinfo that never gets ready, or healthy, says so', async () => {
  await startPodinfo('--unready', '--unhealthy');
  expect((await fetch(`http://${podIp}:9898/readyz`)).status).toBe(503);
  expect((await fetch(`http://${podIp}:9898/healthz`)).status).toBe(503);
});

test('podinfo finishes the request it has before it goes', async () => {
  const child = await startPodinfo();
  const answer = fetch(`http://${podIp}:9898/delay/1`);
  await vi.waitFor(async () => expect((await run('podcli check http localhost:9898/healthz')).code).toBe(0));
  child.kill('SIGTERM');
  const exited = once(child, 'exit');
  expect((await answer).status).toBe(200);
  expect(await exited).toEqual([0, null]);
});

const programs: readonly (readonly [string, number | 'failure', string])[] = [
  ['podcli check http localhost:9898/healthz', 0, ''],
  ['podcli check http http://localhost:9898/status/503', 'failure', '503'],
  ['podcli check http localhost:1/', 'failure', ''],
  ['podcli check grpc localhost:9999', 0, ''],
  ['grpc_health_probe -addr=localhost:9999', 0, 'SERVING'],
  ['curl -s localhost:9898/version', 0, '6.14.1'],
  ['curl -sSf http://127.0.0.1:9898/status/404', 22, '404'],
  [`curl -sd said http://localhost:9898/echo -w ' %{http_code}'`, 0, 'said 202'],
  ['curl -s -X POST -H "x-a: 1" -o /dev/null -i localhost:9898/headers', 0, ''],
  ['wget -qO- http://localhost:9898/version', 0, '6.14.1'],
  ['wget -q --spider -T 5 http://localhost:9898/status/500', 'failure', ''],
  ['hey you', 0, "the hey of it's you"],
];

test.each([
  ['with', process.env['PATH']],
  ['without', '/nonexistent'],
])('the programs of probes work %s those of the machine', async (_which, tools) => {
  await startPodinfo();
  const ended = await Promise.all(programs.map(([line]) => run(line, {}, tools)));
  programs.forEach(([line, code, output], index) => {
    const found = ended[index]!;
    if (code === 'failure') expect.soft(found.code, line).toBeGreaterThan(0);
    else expect.soft(found.code, line).toBe(code);
    expect.soft(found.output, line).toContain(output);
  });
});

test('a name of the cluster goes through the proxy, in curl and wget alike', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createServer((incoming, response) => {
    asked.push(incoming.url);
    response.end('proxied');
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const env = { http_proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  for (const tools of [process.env['PATH'], '/nonexistent']) {
    expect((await run('curl -s web.test/a', env, tools)).output).toBe('proxied');
    expect((await run('wget -qO- http://web.test/b', env, tools)).output).toBe('proxied');
  }
  expect(asked).toEqual(['http://web.test/a', 'http://web.test/b', 'http://web.test/a', 'http://web.test/b']);
  proxy.close();
});

test("the machine's own curl is preferred", async () => {
  const tools = join(directory, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'curl'), '#!/bin/sh\necho "real $*"\n');
  chmodSync(join(tools, 'curl'), 0o755);
  const { output } = await run(
    `curl -d '{"url":"http://localhost/"}' http://localhost:8080/gate/open`,
    {},
    tools,
  );
  expect(output).toBe(`real -d {"url":"http://localhost/"} http://${podIp}:8080/gate/open\n`);
});

test('the loadtester is the tester of this program, on the address of its pod', () => {
  const container = { command: ['./loadtester', '-port=8080', '-log-level=info'], args: ['-timeout=1h'] };
  const { argv } = catalog.resolve('ghcr.io/fluxcd/flagger-loadtester:0.36.0', container)!;
  expect(argv[0]).toBe('/bin/sh');
  expect(argv[2]).toContain('SLUICE_BIND_ADDRESS="$POD_IP"');
  expect(argv.slice(4)).toEqual(['sluice', 'tester', '-port=8080', '-log-level=info', '-timeout=1h']);
});

test.each([
  ['alpine:3.11', { command: ['/bin/sh'], args: ['-c', 'exit 1'] }, ['/bin/sh', '-c', 'exit 1']],
  ['docker.io/library/busybox@sha256:00', { command: ['sleep', '1'], args: [] }, ['sleep', '1']],
  ['curlimages/curl:7.69.0', { command: [], args: ['-s', 'x'] }, ['curl', '-s', 'x']],
  ['curlimages/curl:7.69.0', { command: ['sh', '-c', 'curl x'], args: [] }, ['sh', '-c', 'curl x']],
  ['stefanprodan/podinfo:1', { command: ['podcli', 'version'], args: [] }, ['podcli', 'version']],
])('%s runs the command of the container on the host', (image, container, argv) => {
  expect(catalog.resolve(image, container)?.argv).toEqual(argv);
});

test('an image that nobody knows, or has nothing to run, is not run', () => {
  expect(catalog.resolve('example.com/unknown:1', none)).toBeUndefined();
  expect(catalog.resolve('alpine:3', none)).toBeUndefined();
});

test('images of the caller are added by repository', () => {
  const images = { 'sluice-example-slack': { argv: ['node', 'slack.ts'], env: { KIND: 'slack' } } } as const;
  const more = createImageCatalog({ directory, images });
  expect(more.resolve('sluice-example-slack:1', { command: [], args: ['--x'] })).toEqual({
    argv: ['node', 'slack.ts', '--x'],
    env: { KIND: 'slack', SLUICE_IMAGE_TAG: '1' },
  });
});

test('a directory that cannot be written is a sentence', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  expect(() => createImageCatalog({ directory: file })).toThrow(/could not be written to .*; choose another/);
});
