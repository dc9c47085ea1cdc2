import type { HttpFailure } from '@sluice/lib/http/http-error.ts';

const byCode: Readonly<Record<string, HttpFailure>> = {
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EAI_NODATA: 'unresolved',
  EGRESS_DENIED: 'denied',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
  ERR_INVALID_URL: 'bad-url',
  ERR_INVALID_CHAR: 'bad-url',
  ERR_UNESCAPED_CHARACTERS: 'bad-url',
};

/** Certificate verification errors have one code each, without a common prefix. */
const tlsCode = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** The reason why no HTTP answer came, from an error of Node or OpenSSL. Looks through `cause` as well. */
export function httpFailureOf(error: unknown): HttpFailure {
  let current = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth++) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    const known = failureOfCode(code);
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
