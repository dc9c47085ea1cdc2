/** The buttons that each user has pressed: one press counts, a repeated request does not. */
export interface UsedButtons {
  /** False when the user used the token before. */
  take(user: string, token: string): boolean;
  /** The press came to nothing: it may be repeated. */
  giveBack(user: string, token: string): void;
}

/** Beyond these the oldest are forgotten. Then the votes in the status still hold: a user votes once. */
const mostKept = 10_000;

export function createUsedButtons(): UsedButtons {
  const used = new Set<string>();
  const keyOf = (user: string, token: string): string => JSON.stringify([user, token]);
  return {
    take(user, token) {
      const key = keyOf(user, token);
      if (used.has(key)) return false;
      used.add(key);
      const [oldest] = used;
      if (used.size > mostKept && oldest !== undefined) used.delete(oldest);
      return true;
    },
    giveBack: (user, token) => void used.delete(keyOf(user, token)),
  };
}
