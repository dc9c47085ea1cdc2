const escape = '\u001b';
/** Ctrl-C: a terminal in raw mode sends it instead of a signal. */
export const interruptKey = '\u0003';

/**
 * Calls `onKey` for each key that is typed, unechoed, until the function it returns is called; that puts the terminal back,
 * as does any end of the process. Does nothing where standard input is no terminal. Pasted text and keys such as arrows are
 * no keys, but Ctrl-C is heard in any case.
 */
export function readKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const onData = (data: Buffer): void => {
    const text = data.toString();
    if (text.includes(interruptKey)) onKey(interruptKey);
    else if (text.length === 1 && text !== escape) onKey(text);
  };
  // A terminal that has gone is told by SIGHUP.
  const onError = (): void => undefined;
  stdin.setRawMode(true);
  stdin.on('error', onError).on('data', onData);
  return () => {
    stdin.off('data', onData).off('error', onError).pause();
    stdin.setRawMode(false);
  };
}
