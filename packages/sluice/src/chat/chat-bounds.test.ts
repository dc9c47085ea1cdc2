import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyKubeObject } from '@sluice/kube/objects/kube-object.ts';
import { configMaps } from '@sluice/kube/objects/resources.ts';
import { createFakeClock } from '../../../../test/support/fakes/fake-clock.ts';
import { createLocalKube } from '../../../../test/support/fakes/local-kube.ts';
import { pauseOf } from './call-chat.ts';
import { escapeSlack } from './slack-blocks.ts';
import { escapeTelegram } from './telegram-text.ts';
import { createApprovalIndex } from './approval-index.ts';
import { createButtonTokens } from './button-token.ts';
import { createClickLimit } from './click-limit.ts';
import { createMessageBook } from './message-book.ts';
import type { MessageRecord } from './message-book.ts';
import { createUsedButtons } from './used-buttons.ts';

const never = new AbortController().signal;
const store = { namespace: 'default', name: 'sluice-chat' };
const recordOf = (count: number, isOpen: boolean): MessageRecord => ({
  id: `g-${count}`,
  namespace: 'prod',
  name: 'checkout',
  gate: 'promo (confirm-promotion)',
  chat: 'slack',
  uid: 'u',
  ref: { channel: 'C1', id: String(count) },
  shown: 'x',
  at: new Date(count * 1000).toISOString(),
  isOpen,
});

describe('posted messages', () => {
  it('are kept two hundred at most, and those that wait longest', async () => {
    const kube = createLocalKube(createFakeClock());
    const book = createMessageBook(kube.client(), store);
    for (let count = 0; count < 150; count += 1) book.put(recordOf(count, true));
    for (let count = 150; count < 400; count += 1) book.put(recordOf(count, false));
    await book.save(never);
    const again = createMessageBook(kube.client(), store);
    await again.load(never);
    const ids = again.all().map(({ id }) => Number(id.slice(2)));
    expect(ids.toSorted((a, b) => a - b)).toEqual([
      ...Array.from({ length: 150 }, (_, count) => count),
      ...Array.from({ length: 50 }, (_, count) => 350 + count),
    ]);
    expect(again.get('slack', 'g-0')).toEqual(recordOf(0, true));
  });

  it('are written again when the write failed, and what is no record is ignored', async () => {
    const kube = createLocalKube(createFakeClock());
    let fails = true;
    const client = kube.client((http) => ({
      send: (request, signal) => (fails ? Promise.reject(new Error('down')) : http.send(request, signal)),
    }));
    const book = createMessageBook(client, store);
    book.put(recordOf(1, true));
    await expect(book.save(never)).rejects.toThrow('down');
    fails = false;
    await book.save(never);
    const data = {
      ...(kube.store.get(configMaps, store)?.['data'] as object),
      a: 'no JSON',
      b: '[]',
      c: '{"id":1}',
    };
    kube.store.update(configMaps, { ...(kube.store.get(configMaps, store) as AnyKubeObject), data });
    const again = createMessageBook(kube.client(), store);
    await again.load(never);
    expect(again.all()).toEqual([recordOf(1, true)]);
  });
});

describe('approvals that are announced', () => {
  it('are a thousand at a time', () => {
    const index = createApprovalIndex();
    const canary = (from: number, count: number): AnyKubeObject => ({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'x' },
      status: {
        approvals: Array.from({ length: count }, (_, at) => ({
          id: `g-${from + at}`,
          type: 'confirm-rollout',
          state: 'waiting',
        })),
      },
    });
    expect(index.update({ namespace: 'a', name: 'a' }, canary(0, 900))).toBe(true);
    expect(index.update({ namespace: 'b', name: 'b' }, canary(900, 200))).toBe(false);
    expect(index.ids()).toHaveLength(1_000);
    expect(index.update({ namespace: 'a', name: 'a' }, undefined)).toBe(true);
    expect(index.update({ namespace: 'b', name: 'b' }, canary(900, 200))).toBe(true);
    expect(index.ids()).toHaveLength(200);
  });
});

describe('clicks', () => {
  it('of one user are ten a minute, and come back one by one', () => {
    let now = 0;
    const limit = createClickLimit(
      { now: () => now, setTimer: () => () => undefined },
      { most: 10, perMs: 60_000 },
    );
    const takes = (who: string, times: number) =>
      Array.from({ length: times }, () => limit.take(who)).filter(Boolean).length;
    expect(takes('alice', 20)).toBe(10);
    expect(takes('bob', 1)).toBe(1);
    now = 6_000;
    expect(takes('alice', 20)).toBe(1);
    now = 3_600_000;
    expect(takes('alice', 20)).toBe(10);
  });

  it('count once for each user and button, and again when they came to nothing', () => {
    const used = createUsedButtons();
    expect([used.take('a', 't'), used.take('a', 't'), used.take('b', 't'), used.take('a', 'u')]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    used.giveBack('a', 't');
    expect(used.take('a', 't')).toBe(true);
  });
});

describe('a token of a button', () => {
  const verdict = fc.constantFrom('approve' as const, 'reject' as const);
  const id = fc.stringMatching(/^g-[\da-f]{10}$/);
  const time = fc.integer({ min: 1_700_000_000, max: 4_000_000_000 }).map((seconds) => seconds * 1000);

  it('fits into 64 bytes, says what it is for, and is genuine for its own Canary and key alone', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), id, verdict, time, (uid, otherUid, approval, wanted, expiresAt) => {
        const tokens = createButtonTokens('a-secret-of-a-chat');
        const token = tokens.make({ uid, approval, verdict: wanted }, expiresAt);
        expect(token).toMatch(/^[\w.-]{1,64}$/);
        const read = tokens.read(token);
        expect(read).toEqual({ approval, verdict: wanted, expiresAt, token });
        if (read === undefined) return;
        expect(tokens.isGenuine(read, uid)).toBe(true);
        expect(tokens.isGenuine(read, otherUid)).toBe(uid === otherUid);
        expect(createButtonTokens('another-secret').isGenuine(read, uid)).toBe(false);
      }),
    );
  });

  it('with any character changed is none', () => {
    const tokens = createButtonTokens('a-secret-of-a-chat');
    const token = tokens.make({ uid: 'u', approval: 'g-0123456789', verdict: 'approve' }, 1_800_000_000_000);
    for (let at = 0; at < token.length; at += 1) {
      // The last character of the MAC has four bits that decode to nothing.
      const changed = `${token.slice(0, at)}${token[at] === '1' ? '2' : '1'}${token.slice(at + 1)}`;
      const read = tokens.read(changed);
      expect(read !== undefined && tokens.isGenuine(read, 'u'), changed).toBe(false);
    }
  });

  it('is not read from any other text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 100 }),
        (text) => createButtonTokens('s').read(text) === undefined,
      ),
    );
  });
});

describe('a text of others', () => {
  it('becomes no mention, link or entity of Slack', () => {
    expect(escapeSlack('<!channel> <@U1> <https://evil.example|x> &amp;')).toBe(
      '&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|x&gt; &amp;amp;',
    );
  });

  it('ends no tag of Telegram', () => {
    expect(escapeTelegram('</code><a href="x">&')).toBe('&lt;/code&gt;&lt;a href=&quot;x&quot;&gt;&amp;');
  });
});

describe('a pause that a chat asks for', () => {
  it.each([
    ['30', 30_000],
    [17, 17_000],
    ['86400', 600_000],
    ['', undefined],
    [undefined, undefined],
    ['-1', undefined],
    ['soon', undefined],
    ['Infinity', undefined],
  ])('of %j is %j ms', (seconds, ms) => {
    expect(pauseOf(seconds)).toBe(ms);
  });
});
