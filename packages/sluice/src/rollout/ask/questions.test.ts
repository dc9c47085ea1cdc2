import { describe, expect, it } from 'vitest';
import { createQuestions } from './questions.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function bench() {
  const woken: string[] = [];
  let now = 1_000;
  const questions = createQuestions({ now: () => now, wake: (owner) => void woken.push(owner) });
  const signals = new Map<string, AbortSignal>();
  const ends = new Map<string, PromiseWithResolvers<unknown>>();
  const ask = (key: string, number = 0, owner = 'test/podinfo'): void => {
    const id = `${key}-${number}`;
    const end = Promise.withResolvers<unknown>();
    ends.set(id, end);
    questions.start(owner, {
      key,
      id,
      ask: number,
      work(signal) {
        signals.set(id, signal);
        return end.promise;
      },
    });
  };
  const answer = async (id: string, value: unknown): Promise<void> => {
    ends.get(id)?.resolve(value);
    await settle();
  };
  const fail = async (id: string, error: Error): Promise<void> => {
    ends.get(id)?.reject(error);
    await settle();
  };
  const find = (key: string) => questions.find('test/podinfo', key);
  return { questions, woken, signals, ask, answer, fail, find, at: (time: number) => void (now = time) };
}

describe('questions of one namespace', () => {
  it('are asked a number at a time, and hold up nobody else', async () => {
    const started: string[] = [];
    const ends: PromiseWithResolvers<unknown>[] = [];
    const questions = createQuestions({ now: () => 0, wake: () => undefined, openPerNamespace: 2 });
    const ask = (owner: string, key: string): void =>
      questions.start(owner, {
        key,
        id: key,
        ask: 0,
        work() {
          started.push(`${owner} ${key}`);
          const end = Promise.withResolvers<unknown>();
          ends.push(end);
          return end.promise;
        },
      });
    for (const key of ['1', '2', '3', '4']) ask('greedy/a', key);
    ask('modest/b', '1');
    expect(started).toEqual(['greedy/a 1', 'greedy/a 2', 'modest/b 1']);
    questions.retain('greedy/a', ({ key }) => key !== '3');
    ends[0]?.resolve('answer');
    await settle();
    expect(started.at(-1)).toBe('greedy/a 4');
    expect(questions.find('greedy/a', '4')?.settled).toBeUndefined();
  });
});

describe('the table of open questions', () => {
  it('is empty for a question that was never asked', () => {
    expect(bench().find('gate')).toBeUndefined();
  });

  it('holds a question without an answer until it has one, and wakes its owner then', async () => {
    const { ask, answer, find, woken, at } = bench();
    ask('gate');
    expect(find('gate')).toMatchObject({ id: 'gate-0', settled: undefined });
    at(2_000);
    await answer('gate-0', 'yes');
    expect(find('gate')?.settled).toEqual({ value: 'yes', at: 2_000 });
    expect(woken).toEqual(['test/podinfo']);
  });

  it('keeps what was thrown as the answer: a question never stays open because its work broke', async () => {
    const { ask, fail, find } = bench();
    ask('gate');
    await fail('gate-0', new Error('broken'));
    expect(find('gate')?.settled?.value).toEqual(new Error('broken'));
  });

  it('remembers the last answer while a question is asked again', async () => {
    const { ask, answer, find } = bench();
    ask('gate');
    await answer('gate-0', 'no');
    ask('gate', 1);
    expect(find('gate')).toMatchObject({ ask: 1, settled: undefined, previous: 'no' });
  });

  it('cancels the ask that another one replaces, and ignores its answer', async () => {
    const { ask, answer, find, signals, woken } = bench();
    ask('gate');
    ask('gate', 1);
    expect(signals.get('gate-0')?.aborted).toBe(true);
    await answer('gate-0', 'late');
    expect(find('gate')?.settled).toBeUndefined();
    expect(woken).toEqual([]);
  });

  it('cancels and forgets the questions that nobody wants any more, and only those', async () => {
    const { questions, ask, answer, find, signals, woken } = bench();
    ask('old');
    ask('new');
    questions.retain('test/podinfo', ({ key }) => key === 'new');
    expect(signals.get('old-0')?.aborted).toBe(true);
    expect(signals.get('new-0')?.aborted).toBe(false);
    expect(find('old')).toBeUndefined();
    await answer('old-0', 'late');
    expect(woken).toEqual([]);
  });

  it('forgets one owner and leaves the others', () => {
    const { questions, ask, signals } = bench();
    ask('mine');
    ask('yours', 0, 'test/other');
    questions.forget('test/podinfo');
    expect(signals.get('mine-0')?.aborted).toBe(true);
    expect(signals.get('yours-0')?.aborted).toBe(false);
    expect(questions.find('test/other', 'yours')).toBeDefined();
  });
});
