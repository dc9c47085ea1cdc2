import type { HttpFailure } from '../lib/http-error.ts';

const byCode: Readonly<Record<string, HttpFailure>> = {
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EAI_NODATA: 'unresolved',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_PRX_CONN: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_OVERFLOW: 'invalid-response',
  UND_ERR_RESPONSE: 'invalid-response',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'invalid-response',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'invalid-response',
  UND_ERR_PRX_TLS: 'tls',
  EPROTO: 'tls',
  ERR_INVALID_URL: 'bad-url',
  UND_ERR_INVALID_ARG: 'bad-url',
};

/** Certificate verification errors have one code each, without a common prefix. */
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** Why no HTTP answer came, from whatever undici, Node or OpenSSL threw. Looks through `cause` as well. */
export function httpFailureOf(error: unknown): HttpFailure {
  let current = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth++) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    // undici's parser errors often lack the parser's code.
    const known = current.name === 'HTTPParserError' ? 'invalid-response' : failureOfCode(code);
    if (known !== undefined) return known;
    current = current.cause;
  }
  return 'other';
}

function failureOfCode(code: string): HttpFailure | undefined {
  if (code.startsWith('HPE_')) return 'invalid-response';
  if (tlsCode.test(code)) return 'tls';
  return byCode[code];
}
