import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asText } from '@sluice/lib/json/json-read.ts';
import { canaries } from '../api/resources.ts';
import type { Vote } from '../api/decision-status.ts';
import { approvalOf, startChatBench } from '../../../../test/support/rigs/chat-bench.ts';
import type { ChatBench } from '../../../../test/support/rigs/chat-bench.ts';
import { slackButton } from '../../../../test/support/fakes/fake-slack.ts';

let bench: ChatBench;
beforeEach(async () => {
  bench = await startChatBench();
});
afterEach(() => bench[Symbol.asyncDispose]());

const ref = { namespace: 'prod', name: 'checkout' };
const posts = () => bench.slack.received.filter(({ path }) => path.endsWith('chat.postMessage'));
const shown = (at = 0): string => JSON.stringify(bench.slack.messages[at]?.body ?? {});
const hasButtons = (at = 0): boolean => {
  const message = bench.slack.messages[at];
  return message !== undefined && slackButton(message, 'approve') !== '';
};
const asked = async (change = {}): Promise<void> => {
  bench.setStatus({ approvals: [approvalOf(change)] });
  await bench.until(() => bench.slack.messages.length === 1);
};
const vote = (change: Partial<Vote> = {}): Vote => ({
  verdict: 'approve',
  by: 'bob@acme.io',
  verified: true,
  via: 'console',
  at: '2026-11-20T14:02:00Z',
  ...change,
});

describe('an approval that starts to wait', () => {
  it('is announced once in every chat, with all that a person needs to decide', async () => {
    bench.setStatus({ approvals: [approvalOf({ deadline: '2026-11-20T15:50:00Z' })] });
    await bench.until(
      () =>
        bench.slack.messages.length === 1 &&
        bench.telegram.messages.length === 1 &&
        bench.teams.cards.length === 1,
    );
    for (const text of [
      shown(),
      asText(bench.telegram.messages[0]?.body['text']),
      JSON.stringify(bench.teams.cards),
    ]) {
      expect(text).toContain('prod/checkout waits for promo (confirm-promotion)');
      expect(text).toContain('checkout:2.3.0 → checkout:2.4.1');
      expect(text).toContain('20 %');
      expect(text).toContain('1 of 5 failed');
      expect(text).toContain('2026-11-20 15:50 UTC, then rollback');
      expect(text).toContain('Let checkout 2.4.1 take all prod traffic?');
    }
    for (const text of [
      shown(),
      JSON.stringify(bench.telegram.messages[0]?.body),
      JSON.stringify(bench.teams.cards),
    ])
      expect(text).toContain('https://sluice.example/gates/g-0123456789');
    await bench.pass(30);
    expect(posts()).toHaveLength(1);
    expect(bench.teams.cards).toHaveLength(1);
  });

  it('is not announced when it is a switch that rolls back, or was decided before', async () => {
    const ended = approvalOf({ id: 'g-0000000001', state: 'approved' });
    bench.setStatus({ approvals: [approvalOf({ type: 'rollback' }), ended] });
    await bench.pass(5);
    expect([...bench.slack.received, ...bench.telegram.received, ...bench.teams.received]).toEqual([]);
  });

  it('has a message of its own beside another one, and another run asks anew', async () => {
    await asked();
    bench.setStatus({ approvals: [approvalOf(), approvalOf({ id: 'g-0000000001', hook: 'second' })] });
    bench.setStatus({ approvals: [approvalOf({ id: 'g-0000000002' })] }, 'cart');
    await bench.until(() => bench.slack.messages.length === 3);
    expect(shown(1)).toContain('prod/checkout waits for second (confirm-promotion)');
    expect(shown(2)).toContain('prod/cart waits for promo (confirm-promotion)');
  });
});

describe('the message', () => {
  it('changes in place with what is known, and keeps its buttons', async () => {
    await asked();
    bench.setStatus({ failedChecks: 3 });
    await bench.until(() => shown().includes('3 of 5 failed'));
    expect(hasButtons()).toBe(true);
    expect(posts()).toHaveLength(1);
    expect(bench.teams.cards).toHaveLength(1);
  });

  it('is not edited for a change that it does not show', async () => {
    await asked();
    bench.setStatus({ iterations: 3 });
    await bench.pass(5);
    expect(bench.slack.messages[0]?.edits).toBe(0);
    expect(bench.slack.received).toHaveLength(1);
  });

  it.each([
    ['approved', '✔ approved 2026-11-20 14:02 UTC by bob@acme.io (verified, console)', { votes: [vote()] }],
    [
      'rejected',
      '✖ rejected 2026-11-20 14:02 UTC by bob@acme.io (claimed, kubectl): \\"slow\\"',
      { votes: [vote({ verdict: 'reject', verified: false, via: 'kubectl', reason: 'slow' })] },
    ],
    ['expired', 'nobody decided in time: rollback', {}],
  ])('says that it was %s elsewhere, and loses its buttons', async (state, text, change) => {
    await asked();
    bench.setStatus({ approvals: [approvalOf({ state, ...change })] });
    await bench.until(() => bench.slack.messages[0]?.edits === 1 && bench.telegram.messages[0]?.edits === 1);
    expect(shown()).toContain(text);
    expect(hasButtons()).toBe(false);
    expect(bench.telegram.messages[0]?.body['reply_markup']).toEqual({
      inline_keyboard: [[{ text: 'Review', url: 'https://sluice.example/gates/g-0123456789' }]],
    });
    await bench.until(() => bench.teams.cards.length === 2);
    await bench.pass(10);
    expect(posts()).toHaveLength(1);
    expect(bench.slack.messages[0]?.edits).toBe(1);
  });

  it('says that another run replaced it', async () => {
    await asked();
    bench.setStatus({ approvals: [approvalOf({ id: 'g-0000000002' })] });
    await bench.until(() => shown().includes('no longer waits for promo (confirm-promotion)'));
    expect(shown()).toContain('superseded');
    expect(hasButtons()).toBe(false);
    await bench.until(() => bench.slack.messages.length === 2);
    expect(hasButtons(1)).toBe(true);
  });

  it('says that its Canary was deleted, also when one of the same name was made', async () => {
    await asked();
    bench.kube.store.delete(canaries, ref);
    bench.setStatus({ phase: 'Initializing' });
    await bench.until(() => shown().includes('the Canary was deleted'));
    expect(hasButtons()).toBe(false);
  });

  it('is not posted again when somebody deleted it', async () => {
    await asked();
    const [message] = bench.slack.messages;
    if (message !== undefined) bench.slack.remove(message);
    bench.setStatus({ failedChecks: 2 });
    await bench.until(() => bench.telegram.messages[0]?.edits === 1);
    await bench.pass(10);
    expect(posts()).toHaveLength(1);
  });
});

describe('a reminder', () => {
  it('is posted below, and the message above loses its buttons', async () => {
    await asked();
    bench.setStatus({ approvals: [approvalOf({ remindedAt: '2026-11-20T14:20:00Z' })] });
    await bench.until(() => shown().includes('asked again below'));
    expect(bench.slack.messages).toHaveLength(2);
    expect([hasButtons(0), hasButtons(1)]).toEqual([false, true]);
    bench.setStatus({ approvals: [approvalOf({ remindedAt: '2026-11-20T14:20:00Z', state: 'expired' })] });
    await bench.until(() => shown(1).includes('nobody decided in time'));
    expect(posts()).toHaveLength(2);
    await bench.until(() => bench.teams.cards.length === 3);
  });

  it('takes the buttons off later, when the chat fails in between', async () => {
    await asked();
    bench.slack.faults.push('pass', { status: 500 }, { status: 500 });
    bench.setStatus({ approvals: [approvalOf({ remindedAt: '2026-11-20T14:20:00Z' })] });
    await bench.until(() => bench.slack.messages.length === 2 && bench.slack.faults.length === 0);
    expect(shown()).not.toContain('asked again below');
    await bench.until(() => shown().includes('asked again below'));
    expect(posts()).toHaveLength(2);
  });
});

describe('after a restart', () => {
  it('messages are edited, not posted again', async () => {
    await asked();
    await bench.until(() => bench.stored().length === 3);
    await bench.restart();
    await bench.pass(5);
    bench.setStatus({ approvals: [approvalOf({ state: 'approved', votes: [vote()] })] });
    await bench.until(() => shown().includes('by bob@acme.io'));
    expect(posts()).toHaveLength(1);
    expect(bench.telegram.messages).toHaveLength(1);
  });

  it('what was decided meanwhile is shown', async () => {
    await asked();
    await bench.until(() => bench.stored().length === 3);
    await bench.stop();
    bench.setStatus({ approvals: [approvalOf({ state: 'approved', votes: [vote()] })] });
    await bench.restart();
    await bench.until(() => shown().includes('by bob@acme.io'));
    expect(hasButtons()).toBe(false);
  });

  it('a Canary that was deleted meanwhile is shown', async () => {
    await asked();
    await bench.until(() => bench.stored().length === 3);
    await bench.stop();
    bench.kube.store.delete(canaries, ref);
    await bench.restart();
    await bench.until(() => shown().includes('the Canary was deleted'));
  });
});

describe('a chat that fails', () => {
  it('that is dead delays no other, and gets its message once it is back', async () => {
    bench.slack.outage = 'silence';
    bench.setStatus({ approvals: [approvalOf()] });
    await bench.until(() => bench.telegram.messages.length === 1 && bench.teams.cards.length === 1);
    expect(bench.slack.messages).toEqual([]);
    bench.slack.outage = undefined;
    await bench.until(() => bench.slack.messages.length === 1);
    expect(bench.log.lines).toContainEqual(
      expect.objectContaining({ message: 'chat works again', fields: { chat: 'slack' } }),
    );
  });

  it('announces nothing any more that was decided before it was back', async () => {
    bench.slack.outage = { status: 500 };
    bench.setStatus({ approvals: [approvalOf()] });
    await bench.until(() => posts().length > 1);
    bench.setStatus({ approvals: [approvalOf({ state: 'approved', votes: [vote()] })] });
    bench.slack.outage = undefined;
    await bench.pass(30);
    expect(bench.slack.messages).toEqual([]);
    expect(await (await fetch(`${bench.url}/healthz`)).text()).toBe('ok\n');
  });

  it('that asks for a pause is left alone that long, with all its messages', async () => {
    bench.slack.faults.push({ status: 429, retryAfterS: 30 });
    bench.setStatus({ approvals: [approvalOf(), approvalOf({ id: 'g-0000000001' })] });
    await bench.until(() => posts().length === 1);
    const seen = bench.clock.now();
    await bench.pass(25);
    expect(posts()).toHaveLength(1);
    await bench.until(() => bench.slack.messages.length === 2);
    expect(bench.clock.now() - seen).toBeGreaterThanOrEqual(29_000);
    expect(posts()).toHaveLength(3);
  });

  it('is said once in the log for each reason, without its token, and in the health check', async () => {
    bench.slack.outage = { status: 200, error: 'channel_not_found' };
    bench.setStatus({ approvals: [approvalOf()] });
    await bench.until(() => posts().length > 3);
    const lines = bench.log.lines.filter(({ message }) => message.startsWith('chat message not sent'));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.fields['problem']).toBe(
      'Slack chat.postMessage answered channel_not_found; write the id of the channel, and invite the bot',
    );
    const health = await fetch(`${bench.url}/healthz`);
    expect(health.status).toBe(200);
    expect(await health.text()).toContain('channel_not_found');
    expect(JSON.stringify(bench.log.lines)).not.toMatch(/xoxb|AAHdq|teams-secret/);
  });
});
