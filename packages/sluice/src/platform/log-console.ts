import type { LogDestination } from './log-destination.ts';

/** Rewrites JSON lines as `ts <tab> level <tab> msg <tab> {other fields}`, the layout of zap's console encoding. */
export function consoleDestination(destination: LogDestination): { write(line: string): void } {
  return {
    write(line) {
      const parsed: unknown = JSON.parse(line);
      const fields = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
      const { ts, level, msg, ...rest } = fields as Record<string, unknown>;
      const tail = Object.keys(rest).length === 0 ? [] : [JSON.stringify(rest)];
      // One line a message, whatever it holds.
      const columns = [ts, level, msg, ...tail].map((column) => String(column).replaceAll('\n', '\\n'));
      destination.write(`${columns.join('\t')}\n`);
    },
  };
}
