import { describe, expect, it } from 'vitest';
import { createTopicIndex } from './topic-index.ts';

describe('topic index', () => {
  it('finds every key that is interested in a topic, each once', () => {
    const index = createTopicIndex();
    index.put('a', ['one', 'two', 'two']);
    index.put('b', ['two', 'three']);
    index.put('c', ['two']);
    expect(index.interestedIn(['one'])).toEqual(['a']);
    expect(index.interestedIn(['one', 'two', 'three'])).toEqual(['a', 'b', 'c']);
    expect(index.interestedIn(['four'])).toEqual([]);
  });

  it('forgets the topics that a key no longer has', () => {
    const index = createTopicIndex();
    index.put('a', ['one', 'two']);
    index.put('b', ['two']);
    index.put('a', ['three']);
    expect(index.interestedIn(['one'])).toEqual([]);
    expect(index.interestedIn(['two'])).toEqual(['b']);
    expect(index.topicsOf('a')).toEqual(['three']);
  });

  it('forgets a key, and none of the others', () => {
    const index = createTopicIndex();
    for (const key of ['a', 'b', 'c']) index.put(key, ['one']);
    index.remove('b');
    expect(index.interestedIn(['one'])).toEqual(['a', 'c']);
    index.remove('a');
    index.remove('unknown');
    expect(index.interestedIn(['one'])).toEqual(['c']);
    index.remove('c');
    expect(index.interestedIn(['one'])).toEqual([]);
    expect(index.topicsOf('c')).toEqual([]);
  });
});
