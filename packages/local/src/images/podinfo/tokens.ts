import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PodinfoAnswer, PodinfoRequest } from './exchange.ts';

const lifeMs = 60_000;
/** Created per process, so that a token is valid nowhere else. */
const secret = randomBytes(32);

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (text: string): Buffer => createHmac('sha256', secret).update(text).digest();
const answer = (value: unknown): PodinfoAnswer => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value, null, 2),
});
const refused: PodinfoAnswer = { status: 401, body: 'invalid authorization token' };

/** `POST /token`: issues a JWT for the name in the body, for the charts' tests. */
export function issueToken({ body }: PodinfoRequest): PodinfoAnswer {
  const expires = Date.now() + lifeMs;
  const claims = { name: body.toString() || 'anonymous', iss: 'podinfo', exp: Math.floor(expires / 1000) };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  const token = `${text}.${sign(text).toString('base64url')}`;
  return answer({ token, expires_at: new Date(expires).toISOString() });
}

/** `GET /token/validate` with `Authorization: Bearer`. */
export function validateToken({ headers }: PodinfoRequest): PodinfoAnswer {
  const [, text = '', payload = '', mark = ''] =
    /^bearer ([\w-]+\.([\w-]+))\.([\w-]+)$/i.exec(headers.authorization ?? '') ?? [];
  const given = Buffer.from(mark, 'base64url');
  const wanted = sign(text);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return refused;
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const { name, exp } = Object(claims) as { name?: unknown; exp?: unknown };
  if (typeof exp !== 'number' || exp * 1000 < Date.now()) return refused;
  return answer({ token_name: name, expires_at: new Date(exp * 1000).toISOString() });
}
