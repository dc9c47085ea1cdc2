import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export const isSameText = (given: string, expected: string): boolean =>
  timingSafeEqual(digest(given), digest(expected));

/** `timingSafeEqual` wants equal lengths. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
