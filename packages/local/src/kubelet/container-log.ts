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
  /** Writes unfinished lines and ends the followers. */
  close(): void;
  lines(): LogLine[];
  /** Calls the listener with each further line, and undefined at the end. The returned function unsubscribes. */
  follow(listener: (line: LogLine | undefined) => void): () => void;
}

interface ContainerLogOptions {
  readonly path: string;
  readonly now: () => number;
  readonly maxBytes?: number;
}

const longestLine = 16_384;

const defaultMaxBytes = 5 * 1024 * 1024;

export const createContainerLog = (options: ContainerLogOptions): ContainerLog => new FileLog(options);

class FileLog implements ContainerLog {
  readonly #path: string;
  readonly #now: () => number;
  readonly #maxBytes: number;
  readonly #followers = new Set<(line: LogLine | undefined) => void>();
  readonly #streams = { stdout: openStream(), stderr: openStream() };
  #file: number;
  #size = 0;
  #closed = false;

  constructor({ path, now, maxBytes = defaultMaxBytes }: ContainerLogOptions) {
    this.#path = path;
    this.#now = now;
    this.#maxBytes = maxBytes;
    // The run before last left its files under this name.
    rmSync(`${path}.1`, { force: true });
    this.#file = openSync(path, 'w');
  }

  write(name: 'stdout' | 'stderr', chunk: Uint8Array): void {
    if (this.#closed) return;
    const stream = this.#streams[name];
    stream.open += stream.decoder.write(Buffer.from(chunk));
    for (const line of takeLines(stream)) this.#append(line, name);
  }

  close(): void {
    if (this.#closed) return;
    for (const [name, { open }] of Object.entries(this.#streams))
      if (open !== '') this.#append(`${open}\n`, name);
    this.#closed = true;
    closeSync(this.#file);
    for (const listener of this.#followers) listener(undefined);
    this.#followers.clear();
  }

  lines(): LogLine[] {
    return [`${this.#path}.1`, this.#path].flatMap(readLines);
  }

  follow(listener: (line: LogLine | undefined) => void): () => void {
    if (this.#closed) listener(undefined);
    else this.#followers.add(listener);
    return () => void this.#followers.delete(listener);
  }

  #append(text: string, stream: string): void {
    const time = new Date(this.#now()).toISOString();
    const whole = text.endsWith('\n');
    const record = `${time} ${stream} ${whole ? 'F' : 'P'} ${text}${whole ? '' : '\n'}`;
    if (this.#size + record.length > this.#maxBytes) this.#rotate();
    this.#size += writeSync(this.#file, record);
    for (const listener of this.#followers) listener({ time, text });
  }

  #rotate(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = openSync(this.#path, 'w');
    this.#size = 0;
  }
}

interface OpenStream {
  readonly decoder: StringDecoder;
  /** Text after the last line end. */
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
