/**
 * Resolves to the first answer that says yes; rejects with what `question` was about after `timeoutMs`. Where vitest
 * runs there is `vi.waitUntil`: this is for what benches start, too, and programs in a network namespace.
 */
export async function until<T>(
  what: string,
  question: () => T | Promise<T>,
  { timeoutMs, everyMs = 50 }: { readonly timeoutMs: number; readonly everyMs?: number },
): Promise<NonNullable<T>> {
  for (const deadline = performance.now() + timeoutMs; performance.now() < deadline;) {
    const answer = await question();
    if (answer !== undefined && answer !== null && answer !== false) return answer;
    await new Promise((resolve) => {
      setTimeout(resolve, everyMs);
    });
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`);
}
