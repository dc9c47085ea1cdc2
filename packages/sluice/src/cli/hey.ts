import { readFile } from 'node:fs/promises';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import { formatLoad, formatLoadCsv } from '@sluice/tester/hey/format-load.ts';
import { type HeyOptions, parseHeyOptions } from '@sluice/tester/hey/hey-options.ts';
import { heyUsage } from '@sluice/tester/hey/hey-usage.ts';
import { createLoadDispatcher } from '@sluice/tester/hey/load-dispatcher.ts';
import { runLoad } from '@sluice/tester/hey/run-load.ts';
import { print } from './print.ts';

/**
 * `sluice hey`: stands in for hey where that is not installed. As in hey, the exit code is 0 even when requests
 * fail; 1 when the command line is wrong. Ctrl-C ends it with a summary of the requests that were sent.
 */
export async function runHey(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    const options = parseHeyOptions(args);
    const body = await readBody(options);
    const stop = new AbortController();
    const onInterrupt = (): void => stop.abort();
    process.once('SIGINT', onInterrupt);
    const dispatcher = createLoadDispatcher(options, env);
    try {
      const result = await runLoad(options, body, dispatcher, stop.signal);
      print.text(options.output === 'csv' ? formatLoadCsv(result) : formatLoad(result));
    } finally {
      process.off('SIGINT', onInterrupt);
      await dispatcher.destroy();
    }
    return 0;
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    if (error.message !== '') print.err(error.message, '');
    print.err(...heyUsage.split('\n'));
    return 1;
  }
}

async function readBody(options: HeyOptions): Promise<string | Uint8Array | undefined> {
  if (options.body === undefined) return undefined;
  if ('text' in options.body) return options.body.text;
  try {
    return await readFile(options.body.file);
  } catch (cause) {
    throw new SluiceError(`-D: ${describeError(cause)}`, { cause });
  }
}
