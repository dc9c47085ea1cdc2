import { createHmac } from 'node:crypto';
import type { ButtonVerdict } from './platform.ts';
import { isSameText } from './same-text.ts';

/** What a button is for: one verdict on one approval of one Canary. */
export interface ButtonTarget {
  /** uid of the Canary. */
  readonly uid: string;
  readonly approval: string;
  readonly verdict: ButtonVerdict;
}

/** What stands in a token. Nothing of it is true before `isGenuine` said so. */
export interface ReadToken extends Omit<ButtonTarget, 'uid'> {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly token: string;
}

export interface ButtonTokens {
  make(target: ButtonTarget, expiresAt: number): string;
  read(token: string): ReadToken | undefined;
  /** Whether this process, or one with the same key, made the token for this Canary. */
  isGenuine(read: ReadToken, uid: string): boolean;
}

const letters = { approve: 'a', reject: 'r' } as const satisfies Record<ButtonVerdict, string>;
/** Of a SHA-256: Telegram takes 64 bytes in all. */
const macBytes = 16;

/**
 * Tokens of buttons: `APPROVAL.VERDICT.EXPIRY.MAC`. The key comes from a secret of the chat, so that a button still works after a
 * restart. A token is no permission: what the user may do decides the API server.
 */
export function createButtonTokens(secret: string): ButtonTokens {
  const key = createHmac('sha256', secret).update('sluice chat button v1').digest();
  const macOf = ({ uid, approval, verdict }: ButtonTarget, seconds: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([uid, approval, verdict, seconds]))
      .digest()
      .subarray(0, macBytes)
      .toString('base64url');
  return {
    make(target, expiresAt) {
      const seconds = Math.floor(expiresAt / 1000).toString(36);
      return `${target.approval}.${letters[target.verdict]}.${seconds}.${macOf(target, seconds)}`;
    },
    read(token) {
      const found = /^(g-[\da-f]{1,20})\.([ar])\.([\da-z]{1,8})\.[\w-]{22}$/.exec(token);
      if (found === null) return undefined;
      const [, approval = '', letter, seconds = ''] = found;
      const verdict = letter === letters.approve ? 'approve' : 'reject';
      return { approval, verdict, expiresAt: parseInt(seconds, 36) * 1000, token };
    },
    isGenuine({ token, ...read }, uid) {
      const [, , seconds = '', mac = ''] = token.split('.');
      return isSameText(mac, macOf({ ...read, uid }, seconds));
    },
  };
}
