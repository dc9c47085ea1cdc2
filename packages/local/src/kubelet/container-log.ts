import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  /** With its line end, unless the line was cut for its length. */
  readonly text: string;
}

/** The output of one run of one container, line by line, in at most two files of `maxBytes` each. */
export interface ContainerLog {
  write(stream: 'stdout' | 'stderr', chunk: Uint8Array): void;
  /** No more will come: open lines are written and followers told. */
  close(): void;
  lines(): LogLine[];
  /** The listener gets each further line, and undefined at the end. The answer unsubscribes. */
  follow(listener: (line: LogLine | undefined) => void): () => void;
}

interface ContainerLogOptions {
  readonly path: string;
  readonly now: () => number;
  readonly maxBytes?: number;
}

const longestLine = 16_384;

export function createContainerLog({
  path,
  now,
  maxBytes = 5 * 1024 * 1024,
}: ContainerLogOptions): ContainerLog {
  // The run before last left its files under this name.
  rmSync(`${path}.1`, { force: true });
  let file = openSync(path, 'w');
  let size = 0;
  let closed = false;
  const followers = new Set<(line: LogLine | undefined) => void>();
  const streams = { stdout: openStream(), stderr: openStream() };

  function append(text: string, stream: string): void {
    const time = new Date(now()).toISOString();
    const whole = text.endsWith('\n');
    const record = `${time} ${stream} ${whole ? 'F' : 'P'} ${text}${whole ? '' : '\n'}`;
    if (size + record.length > maxBytes) rotate();
    size += writeSync(file, record);
    for (const listener of followers) listener({ time, text });
  }

  function rotate(): void {
    closeSync(file);
    renameSync(path, `${path}.1`);
    file = openSync(path, 'w');
    size = 0;
  }

  return {
    write(name, chunk) {
      if (closed) return;
      const stream = streams[name];
      stream.open += stream.decoder.write(Buffer.from(chunk));
      for (const line of takeLines(stream)) append(line, name);
    },
    close() {
      if (closed) return;
      for (const [name, { open }] of Object.entries(streams)) if (open !== '') append(`${open}\n`, name);
      closed = true;
      closeSync(file);
      for (const listener of followers) listener(undefined);
      followers.clear();
    },
    lines: () => [`${path}.1`, path].flatMap(readLines),
    follow(listener) {
      if (closed) listener(undefined);
      else followers.add(listener);
      return () => void followers.delete(listener);
    },
  };
}

interface OpenStream {
  readonly decoder: StringDecoder;
  /** What came after the last line end. */
  open: string;
}

const openStream = (): OpenStream => ({ decoder: new StringDecoder('utf8'), open: '' });

function takeLines(stream: OpenStream): string[] {
  const lines = stream.open.split(/(?<=\n)/);
  const last = lines.at(-1) ?? '';
  const rest = last.endsWith('\n') || last.length > longestLine ? '' : (lines.pop() ?? '');
  stream.open = rest;
  return lines.filter((line) => line !== '');
}

function readLines(path: string): LogLine[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((record) => {
      const match = /^(\S+) std(?:out|err) ([FP]) (.*)$/s.exec(record);
      if (match === null) return [];
      const [, time = '', tag, text = ''] = match;
      return [{ time, text: tag === 'F' ? `${text}\n` : text }];
    });
}
