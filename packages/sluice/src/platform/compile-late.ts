import { setFlagsFromString } from 'node:v8';

/**
 * Calls of a function before V8 compiles it with an optimizing compiler; V8's defaults are some hundred. With 22 canaries
 * hardly a function is called this often, which spares the code and the compilers: 79 MB resident instead of 87 to 98
 * (docs/benchmarks.md). A function that is called this often is compiled as before.
 */
const flags = ['--invocation-count-for-maglev=40000', '--invocation-count-for-turbofan=300000'];

/**
 * For a process that runs for months and works little. Call it before other code is loaded. V8 names a flag that it does
 * not know on standard error and ignores it.
 */
export function compileLate(): void {
  for (const flag of flags) setFlagsFromString(flag);
}
