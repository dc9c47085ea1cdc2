import { createReadStream } from 'node:fs';
import { describeError, SluiceError } from '@sluice/lib/errors/sluice-error.ts';
import type { LintFile } from '../lint/lint.ts';

/** Bytes of one file, and of all together. */
const longestFile = 4 * 1024 * 1024;
const longestSum = 64 * 1024 * 1024;

/**
 * Reads the files, each once, `-` as standard input. Throws `SluiceError` that names the first file that cannot be
 * read, is no UTF-8 or is too large.
 */
export async function readLintFiles(names: readonly string[]): Promise<readonly LintFile[]> {
  const files: LintFile[] = [];
  let sum = 0;
  for (const name of new Set(names)) {
    const bytes = await readBounded(name);
    sum += bytes.byteLength;
    // guard: files-to-lint-are-bounded-together
    if (sum > longestSum)
      throw new SluiceError(`the files hold more than ${longestSum} bytes together; name fewer at a time`);
    files.push({ name, text: decode(name, bytes) });
  }
  return files;
}

/** A size that the file system tells is no bound: pipes and devices have none. */
async function readBounded(name: string): Promise<Buffer> {
  const stream = name === '-' ? process.stdin : createReadStream(name);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.byteLength;
      // guard: a-file-to-lint-is-bounded
      if (length > longestFile)
        throw new SluiceError(`${shown(name)} is larger than ${longestFile} bytes; split it`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof SluiceError) throw error;
    throw new SluiceError(`${shown(name)} cannot be read: ${whyOf(error)}`, { cause: error });
  }
  return Buffer.concat(chunks);
}

function whyOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? describeError(error);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; name its files',
  EACCES: 'permission denied',
};

const shown = (name: string): string => (name === '-' ? 'standard input' : name);

function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SluiceError(`${shown(name)} is not UTF-8; save it as such`, { cause: error });
  }
}
