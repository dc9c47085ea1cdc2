/**
 * The test that kills a mutant: its file (`guards` is `test/scenarios/guards.test.ts`) and a part of
 * its full title, `group > test`.
 */
export type KillingTest = readonly [file: string, title: string];

/** Killing tests by name of the guard. */
export type KillingTests = Readonly<Record<string, KillingTest>>;

export const fileOf = ([file]: KillingTest): string =>
  file.includes('/') ? file : `test/scenarios/${file}.test.ts`;
