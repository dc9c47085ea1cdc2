/** Keys by topic and topics by key, so that a change finds its canaries among thousands without a search. */
export interface TopicIndex {
  /** From now on `key` is interested in these and no others. */
  put(key: string, topics: readonly string[]): void;
  remove(key: string): void;
  /** The keys that are interested in one of the topics. */
  interestedIn(topics: readonly string[]): readonly string[];
  topicsOf(key: string): readonly string[];
}

/** Nearly every topic has one key. It stands there alone: a set for each would take two kilobytes more a canary. */
type Keys = string | Set<string>;

export function createTopicIndex(): TopicIndex {
  const topicsByKey = new Map<string, readonly string[]>();
  const keysByTopic = new Map<string, Keys>();

  const remove = (key: string): void => {
    for (const topic of topicsByKey.get(key) ?? []) {
      const left = without(keysByTopic.get(topic), key);
      if (left === undefined) keysByTopic.delete(topic);
      else keysByTopic.set(topic, left);
    }
    topicsByKey.delete(key);
  };
  return {
    put(key, topics) {
      remove(key);
      topicsByKey.set(key, topics);
      for (const topic of topics) keysByTopic.set(topic, withKey(keysByTopic.get(topic), key));
    },
    remove,
    interestedIn: (topics) => [...new Set(topics.flatMap((topic) => listOf(keysByTopic.get(topic))))],
    topicsOf: (key) => topicsByKey.get(key) ?? [],
  };
}

const listOf = (keys: Keys | undefined): readonly string[] =>
  keys === undefined ? [] : typeof keys === 'string' ? [keys] : [...keys];

/** Changes the set in place: a Gateway may be read by thousands of canaries. */
function withKey(keys: Keys | undefined, key: string): Keys {
  if (keys === undefined || keys === key) return key;
  return typeof keys === 'string' ? new Set([keys, key]) : keys.add(key);
}

/** undefined: nobody is interested any more. */
function without(keys: Keys | undefined, key: string): Keys | undefined {
  if (keys === undefined || keys === key) return undefined;
  if (typeof keys === 'string') return keys;
  keys.delete(key);
  return keys.size > 1 ? keys : [...keys][0];
}
