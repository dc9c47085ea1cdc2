import type { Deed } from '../world.ts';

export const deed = (text: string, act: Deed['act']): Deed => ({ text, act, toString: () => text });
