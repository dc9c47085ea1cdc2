/** Picks the next of several weighted choices: an index, or undefined when every weight is 0. */
export interface WeightedChoice {
  next(key: string, weights: readonly number[]): number | undefined;
}

interface Deck {
  readonly of: string;
  readonly cards: number[];
}

/** Cards of the largest deck. Above it choices are random, because an exact share over so many has no use. */
const largestDeck = 1_000;

/**
 * Deals from a shuffled deck that holds each choice as often as its weight says. The share is exact over every deck
 * (100 requests, or fewer with a common divisor of the weights), and never in step with a client's pattern.
 */
export function createWeightedChoice(random: () => number = Math.random): WeightedChoice {
  const decks = new Map<string, Deck>();
  return {
    next(key, weights) {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      if (total === 0) return undefined;
      const divisor = weights.reduce(greatestCommonDivisor, 0);
      if (total / divisor > largestDeck) return draw(weights, total, random);
      const of = weights.join(':');
      const known = decks.get(key);
      const deck = known?.of === of && known.cards.length > 0 ? known : newDeck(of, weights, divisor, random);
      decks.set(key, deck);
      return deck.cards.pop();
    },
  };
}

function newDeck(of: string, weights: readonly number[], divisor: number, random: () => number): Deck {
  const cards = weights.flatMap((weight, index) => Array.from({ length: weight / divisor }, () => index));
  for (let last = cards.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [cards[last], cards[other]] = [cards[other]!, cards[last]!];
  }
  return { of, cards };
}

function draw(weights: readonly number[], total: number, random: () => number): number {
  let left = random() * total;
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  return index === -1 ? weights.findLastIndex((weight) => weight > 0) : index;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
