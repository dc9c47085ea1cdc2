import { describe, expect, it } from 'vitest';
import { events } from '@sluice/kube/objects/resources.ts';
import { annotateAbort } from '../support/scenario/places.ts';
import { progressing } from '../support/scenario/scenario.ts';
import type { Scenario } from '../support/scenario/scenario.ts';

/** Clears the screen, sets a title, turns the direction, breaks the line, by C0, C1, bidi, separators and tags. */
const hostile =
  'ok\u001b[2J\u001b]0;x\u0007 \u009b31m\u0085 \u202etxt.exe\u2066 \u2028\r\nWarning Fake\u200b\ufeff \u{e0041}';
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** What people are shown: events, and the sentences of the status. */
function expectPrintable(scenario: Scenario): void {
  const messages = scenario.store
    .list(events, { namespace: 'test' })
    .map((event) => String(event['message']));
  expect(messages.filter((message) => unprintable.test(message))).toEqual([]);
  expect(stringsIn(scenario.status()).filter((text) => unprintable.test(text))).toEqual([]);
  expect([...messages, JSON.stringify(scenario.status())].join()).toContain('txt.exe');
}

describe('text of others', () => {
  it('in the answer of a gate is printable in events and status', async () => {
    const scenario = await progressing({
      hooks: [['confirm-promotion', '/gate']],
      replies: { '/gate': { status: 403, text: hostile } },
    });
    await scenario.reaches('WaitingPromotion');
    await scenario.clock.advance('30s');
    expectPrintable(scenario);
  });

  it('in the answer of a check that fails is printable, also as the cause of the rollback', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/check']],
      replies: { '/check': { status: 500, text: hostile } },
    });
    await scenario.reaches('Failed');
    expectPrintable(scenario);
  });

  it('in a redirect is printable', async () => {
    const location = `http://evil.example/\u202etxt.exe${encodeURIComponent(hostile)}`;
    const scenario = await progressing({
      hooks: [['rollout', '/check']],
      replies: { '/check': { status: 302, location: encodeURI(location) } },
    });
    await scenario.clock.advance('30s');
    const shown = stringsIn(scenario.status()).join();
    expect(shown).toContain('redirect');
    expect(unprintable.test(shown)).toBe(false);
  });

  it('in the reason of an abort is printable', async () => {
    const scenario = await progressing();
    annotateAbort(scenario, hostile);
    await scenario.reaches('Failed');
    expectPrintable(scenario);
  });

  it('in the name of a hook is printable wherever it is quoted', async () => {
    const scenario = await progressing({
      hooks: [['rollout', '/check', { name: `load ${hostile}` }]],
      replies: { '/check': 500 },
    });
    await scenario.reaches('Failed');
    const messages = scenario.store
      .list(events, { namespace: 'test' })
      .map((event) => String(event['message']));
    expect(messages.join('\n')).toContain('txt.exe');
    expect(messages.filter((message) => unprintable.test(message))).toEqual([]);
    const { conditions, waiting, run } = scenario.status();
    expect(stringsIn([conditions, waiting, run?.cause]).filter((text) => unprintable.test(text))).toEqual([]);
  });
});
