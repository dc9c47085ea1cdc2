import { isScalar, parseDocument, visit, type Document } from 'yaml';
import { badRequest } from '../store/status-error.ts';
import { bodyLimit, parseJson, tooLarge } from './body.ts';

/**
 * Bytes of YAML that is not JSON. Reading it takes far longer than reading JSON, about a second for this much, and
 * nothing else is answered meanwhile. Clients send what they apply as JSON.
 */
export const yamlLimit = 512 * 1024;

/** Each use of an alias is a copy of its anchor. */
const mostAliases = 100;

const space = 0x20;
const brace = 0x7b;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses YAML, which includes JSON. Throws 400, and 413 for YAML beyond `yamlLimit` or aliases beyond `bodyLimit`. */
export function parseYaml(bytes: Uint8Array): unknown {
  if (bytes.find((byte) => byte > space) === brace) {
    try {
      return parseJson(bytes);
    } catch {
      // YAML's own notation of maps begins with a brace, too.
    }
  }
  // guard: yaml-is-bounded
  if (bytes.byteLength > yamlLimit) throw tooLarge(yamlLimit);
  let text: string;
  let document: Document;
  try {
    text = utf8.decode(bytes);
    // The library compares each key with each; `repeatedKey` does not. It also prints warnings unless told not to.
    document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    throw unreadable(error);
  }
  const [error] = document.errors;
  if (error !== undefined) throw unreadable(error);
  const repeated = repeatedKey(document);
  if (repeated !== undefined)
    throw badRequest(`the body is not valid YAML: key ${repeated} already set in map`);
  return valueOf(document, text.includes('*'));
}

function valueOf(document: Document, hasAliases: boolean): unknown {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    throw unreadable(error);
  }
  // A hundred aliases of most of a body are a hundred bodies.
  if (hasAliases && JSON.stringify(value).length > bodyLimit) throw tooLarge();
  return value;
}

const unreadable = (error: unknown) =>
  badRequest(`the body is not valid YAML: ${error instanceof Error ? error.message.slice(0, 300) : ''}`);

/** The first key that a map has twice, shortened for a message. */
function repeatedKey(document: Document): string | undefined {
  let found: string | undefined;
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (seen.size < seen.add(name).size) continue;
        found = JSON.stringify(String(name)).slice(0, 80);
        return visit.BREAK;
      }
      return undefined;
    },
  });
  return found;
}
