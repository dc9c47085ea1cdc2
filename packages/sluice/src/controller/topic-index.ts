/** Keys by topic and topics by key, so that a change finds its canaries among thousands without a search. */
export interface TopicIndex {
  /** From now on `key` is interested in these and no others. */
  put(key: string, topics: readonly string[]): void;
  remove(key: string): void;
  /** The keys that are interested in one of the topics. */
  interestedIn(topics: readonly string[]): readonly string[];
  topicsOf(key: string): readonly string[];
}

export function createTopicIndex(): TopicIndex {
  const topicsByKey = new Map<string, readonly string[]>();
  const keysByTopic = new Map<string, Set<string>>();

  const remove = (key: string): void => {
    for (const topic of topicsByKey.get(key) ?? []) {
      const keys = keysByTopic.get(topic);
      keys?.delete(key);
      if (keys?.size === 0) keysByTopic.delete(topic);
    }
    topicsByKey.delete(key);
  };
  return {
    put(key, topics) {
      remove(key);
      topicsByKey.set(key, topics);
      for (const topic of topics) keysByTopic.set(topic, (keysByTopic.get(topic) ?? new Set()).add(key));
    },
    remove,
    interestedIn: (topics) => [...new Set(topics.flatMap((topic) => [...(keysByTopic.get(topic) ?? [])]))],
    topicsOf: (key) => topicsByKey.get(key) ?? [],
  };
}
