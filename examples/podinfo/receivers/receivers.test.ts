import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function run(program: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [pathOf(program)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout !== null) yield* createInterface({ input: child.stdout });
}

async function nextLine(lines: AsyncGenerator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done === true) throw new Error('the program ended');
  return value;
}

describe('the programs', () => {
  it.each([
    ['./telegram.ts', '/', 'POD_IP'],
    ['./slack.ts', '/slack', 'SLUICE_BIND_ADDRESS'],
  ])('%s takes a hook on its own address and ends on SIGTERM', async (program, path, variable) => {
    const child = run(program, { PORT: '0', [variable]: '127.0.0.1' });
    const exited = once(child, 'exit');
    try {
      const lines = linesOf(child);
      const url = /http:\S+/.exec(await nextLine(lines))?.[0] ?? '';
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      const body = JSON.stringify({ name: 'podinfo', namespace: 'test', phase: 'Succeeded' });
      expect((await fetch(url + path, { method: 'POST', body })).status).toBe(200);
      expect(await nextLine(lines)).toContain('test/podinfo Succeeded');
      const large = await fetch(url + path, { method: 'POST', body: 'x'.repeat(300 * 1024) });
      expect(large.status).toBe(413);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exited).toEqual([0, null]);
  });

  it('say what is wrong with PORT', async () => {
    const child = run('./telegram.ts', { PORT: 'http' });
    const [error] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect(error).toContain('PORT is http; it must be a number');
    expect(child.exitCode).toBe(2);
  });
});

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  let all = '';
  for await (const chunk of stream ?? []) all += chunk.toString();
  return all;
}

describe('receivers.yaml', () => {
  it("gives the names that the seed's hooks call", async () => {
    const yaml = await readFile(pathOf('../receivers.yaml'), 'utf8');
    const objects = parseAllDocuments(yaml).map((document): unknown => document.toJS());
    const services = objects.filter((object) => JSON.stringify(object).includes('"kind":"Service"'));
    expect(services).toMatchObject([
      { metadata: { name: 'telegram', namespace: 'bot' }, spec: { ports: [{ port: 8080 }] } },
      { metadata: { name: 'event-recevier', namespace: 'notifications' }, spec: { ports: [{ port: 80 }] } },
    ]);
  });
});

describe('chat.yaml', () => {
  it('posts approvals where the Slack receiver takes them, and has the address that npm start replaces', async () => {
    const [config, deployment] = parseAllDocuments(await readFile(pathOf('../chat.yaml'), 'utf8')).map(
      (document): unknown => document.toJS(),
    );
    expect(config).toMatchObject({
      kind: 'ConfigMap',
      data: { 'chat.yaml': expect.stringContaining('console: http://console.example.com\n') as string },
    });
    expect(JSON.stringify(deployment)).toContain(
      '{"name":"APPROVALS_URL","value":"http://event-recevier.notifications/approvals"}',
    );
  });
});
