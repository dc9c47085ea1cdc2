import { createInterface } from 'node:readline';
import { isErrTerminal, print } from './print.ts';

/** Whether there is somebody to ask: questions go to standard error, answers come from standard input. */
export const canAsk = (): boolean => process.stdin.isTTY && isErrTerminal();

/** The line that a person types; undefined at the end of the input. */
export async function askLine(question: string): Promise<string | undefined> {
  print.prompt(question);
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line;
    return undefined;
  } finally {
    lines.close();
  }
}
