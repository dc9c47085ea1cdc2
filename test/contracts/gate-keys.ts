import fc from 'fast-check';
import type { GateKey } from '@sluice/tester/gates/gate-key.ts';

/** Texts that join two parts into one: dots, quotes, brackets, prefixes, halves of surrogate pairs. */
const part = fc.oneof(
  fc.constantFrom('podinfo', 'test', 'rollback', 'gate', 'rollback.podinfo', 'podinfo.test', '.', '..'),
  fc
    .array(fc.constantFrom('a', '.', '"', ',', '[', ']', '/', '\\', '\0', '\ud800', '\udc00', 'rollback.'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((pieces) => pieces.join('')),
  fc.string({ minLength: 1, unit: 'binary' }),
);

export const anyGateKey: fc.Arbitrary<GateKey> = fc.record({
  kind: fc.constantFrom('gate', 'rollback'),
  namespace: part,
  name: part,
});
