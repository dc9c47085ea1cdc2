import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttpClient } from '@sluice/sluice/platform/http-client.ts';
import type { ChatDeps } from '@sluice/sluice/chat/call-chat.ts';
import { ChatError } from '@sluice/sluice/chat/chat-error.ts';
import type { CallbackRequest, ChatMessage, ChatPlatform, MessageRef } from '@sluice/sluice/chat/platform.ts';
import { createFakeClock } from '../support/fakes/fake-clock.ts';
import type { FakeClock } from '../support/fakes/fake-clock.ts';
import type { FakeChatServer } from '../support/fakes/fake-chat-server.ts';

/** A platform with the fake server that it talks to. */
export interface ChatBench {
  readonly server: FakeChatServer;
  create(deps: ChatDeps): ChatPlatform;
  /** Texts of messages as they are sent, markup included, oldest message first. */
  shown(): readonly string[];
  /** Whether a text of others that was sent is shown as it is: no mention, link, or markup comes of it. */
  isInert(sent: string): boolean;
  /** Nothing that anybody reads may hold these. */
  readonly secrets: readonly string[];
  /** A press of a button of the last message as the platform sends it. Absent without clicks. */
  press?(verdict: 'approve' | 'reject'): {
    readonly headers: CallbackRequest['headers'];
    readonly body: string;
  };
  /** Deletes the last message. Absent where messages are not edited. */
  remove?(): void;
}

const message: ChatMessage = {
  about: { approval: 'g-0123456789', namespace: 'prod', name: 'checkout' },
  title: '◷ prod/checkout waits for confirm-promotion',
  question: 'Let checkout 2.4.1 take all prod traffic?',
  facts: [
    { label: 'Images', value: 'checkout:2.3.0 → checkout:2.4.1' },
    { label: 'Traffic', value: '20 %' },
  ],
  outcome: [],
  link: 'https://sluice.example/gates/g-0123456789',
  buttons: [
    { verdict: 'approve', label: 'Approve', token: 'g-0123456789.a.tokqk0.abcdefghijklmnopqrstuv' },
    { verdict: 'reject', label: 'Reject', token: 'g-0123456789.r.tokqk0.abcdefghijklmnopqrstuv' },
  ],
};
const decided: ChatMessage = {
  ...message,
  title: '✔ prod/checkout approved: confirm-promotion',
  question: '',
  outcome: ['✔ approved by alice@acme.io (verified, slack): "SRE ok"'],
  buttons: [],
};

/** What somebody may call a canary, a hook or an image, or give as a reason. */
const hostileTexts = [
  '<!channel> everybody look',
  '<@U1234> <#C1|general> <https://evil.example|Approve>',
  '@channel @here @alice',
  '<b>bold</b><a href="https://evil.example">Approve</a></code>',
  '[Approve](https://evil.example) **bold** `code`',
  '<at>Everyone</at>',
  '&lt;!channel&gt; &amp; "quoted"',
  'https://evil.example/approve',
  ':rotating_light: /start',
];

/** What every chat keeps to, over real HTTP. */
export function describeChatPlatformContract(name: string, start: () => Promise<ChatBench>): void {
  describe(`${name} as a chat`, () => {
    let bench: ChatBench;
    let clock: FakeClock;
    let platform: ChatPlatform;
    const http = createHttpClient({ proxyFromEnvironment: false, env: {} });
    const never = new AbortController().signal;
    const failureOf = async (work: Promise<unknown>): Promise<ChatError> => {
      const error: unknown = await work.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (!(error instanceof ChatError)) throw new Error(`not a ChatError: ${String(error)}`);
      return error;
    };
    const request = (sent: { headers: CallbackRequest['headers']; body: string }): CallbackRequest => ({
      headers: sent.headers,
      rawBody: Buffer.from(sent.body),
      now: Date.now(),
    });

    beforeAll(async () => {
      bench = await start();
    });
    afterAll(async () => {
      await http.close();
      await bench.server[Symbol.asyncDispose]();
    });
    beforeEach(() => {
      clock = createFakeClock();
      platform = bench.create({ http, clock });
      bench.server.faults.length = 0;
      bench.server.outage = undefined;
    });

    it('posts everything that a person needs to decide, and a link', async () => {
      await platform.post(message, never);
      const text = bench.shown().at(-1) ?? '';
      for (const part of [
        'prod/checkout',
        'confirm-promotion',
        'all prod traffic?',
        'checkout:2.4.1',
        '20 %',
      ])
        expect(text).toContain(part);
      expect(text).toContain('https://sluice.example/gates/g-0123456789');
    });

    it('shows what became of it: in place, or below where messages cannot be edited', async () => {
      const ref = await platform.post(message, never);
      const before = bench.shown().length;
      await platform.edit(ref, decided, never);
      expect(bench.shown()).toHaveLength(before + (platform.edits ? 0 : 1));
      const text = bench.shown().at(-1) ?? '';
      expect(text).toContain('SRE ok');
      expect(text).not.toContain('g-0123456789.a.');
    });

    it('takes an edit that changes nothing', async () => {
      const ref = await platform.post(message, never);
      await platform.edit(ref, message, never);
    });

    it.each(hostileTexts)('shows a text of others as it is: %s', async (text) => {
      const hostile = {
        ...message,
        title: text,
        question: text,
        facts: [{ label: 'Images', value: text }],
        outcome: [text],
      };
      await platform.post(hostile, never);
      expect(bench.isInert(bench.shown().at(-1) ?? '')).toBe(true);
    });

    it('shortens what is longer than the chat takes', async () => {
      const long = '🚀&<'.repeat(5_000);
      const facts = Array.from({ length: 20 }, () => ({ label: 'Images', value: long }));
      const outcome = Array.from({ length: 20 }, () => long);
      await platform.post({ ...message, title: long, question: long, facts, outcome }, never);
    });

    it('says what the chat answered, and nothing that is secret', async () => {
      bench.server.faults.push({ status: 403, error: 'forbidden' });
      const error = await failureOf(platform.post(message, never));
      expect(error.message).toMatch(/forbidden|403/);
      for (const secret of bench.secrets)
        expect(JSON.stringify([error.message, error.stack])).not.toContain(secret);
      expect(error.retryAfterMs).toBeUndefined();
    });

    it('hands on the pause that a chat asks for, at most ten minutes', async () => {
      bench.server.faults.push({ status: 429, retryAfterS: 30 }, { status: 429, retryAfterS: 86_400 });
      expect((await failureOf(platform.post(message, never))).retryAfterMs).toBe(30_000);
      expect((await failureOf(platform.post(message, never))).retryAfterMs).toBe(600_000);
    });

    it('gives up after 10 s on a chat that does not answer', async () => {
      bench.server.outage = 'silence';
      const seen = bench.server.received.length;
      const failing = failureOf(platform.post(message, never));
      await vi.waitUntil(() => bench.server.received.length > seen);
      await clock.advance('10s');
      const error = await failing;
      expect(error.message).toContain('no answer within 10 s');
      expect(clock.pending).toBe(0);
    });

    it('says that the connection broke, without naming the URL', async () => {
      bench.server.outage = 'reset';
      const error = await failureOf(platform.post(message, never));
      expect(error.message).toContain('reset');
      expect(`${error.message}${error.stack}`).not.toContain('127.0.0.1');
    });

    it('stops at once when its caller does', async () => {
      bench.server.outage = 'silence';
      const seen = bench.server.received.length;
      const stopping = new AbortController();
      const failing = platform.post(message, stopping.signal);
      await vi.waitUntil(() => bench.server.received.length > seen);
      stopping.abort(new Error('stopped'));
      await expect(failing).rejects.toThrow('stopped');
    });

    it('believes no request without proof', () => {
      for (const body of [
        '',
        '{}',
        'payload=%7B%7D',
        '{"callback_query":{"id":"1","data":"x","from":{"id":1}}}',
      ]) {
        const read = platform.readClick(request({ headers: { 'content-type': 'application/json' }, body }));
        expect(read.kind).toBe('refused');
      }
    });

    it('reads a press of its buttons, if it has any', async () => {
      const ref: MessageRef = await platform.post(message, never);
      expect(platform.takesClicks).toBe(bench.press !== undefined);
      if (bench.press === undefined) {
        expect(bench.shown().at(-1)).not.toContain('g-0123456789.a.');
        return;
      }
      expect(ref.id).not.toBe('');
      expect(platform.readClick(request(bench.press('approve')))).toMatchObject({
        kind: 'click',
        token: message.buttons[0]?.token,
      });
      expect(platform.readClick(request(bench.press('reject')))).toMatchObject({
        kind: 'click',
        token: message.buttons[1]?.token,
      });
    });

    it('tells that a message is gone, where messages are edited', async () => {
      const ref = await platform.post(message, never);
      if (bench.remove === undefined) {
        expect(platform.edits).toBe(false);
        return;
      }
      bench.remove();
      expect((await failureOf(platform.edit(ref, decided, never))).isGone).toBe(true);
    });
  });
}
