import { setFlagsFromString } from 'node:v8';

/**
 * Calls of a function before V8 compiles it with an optimizing compiler. V8's defaults are some hundred. With tens of
 * canaries hardly a function is called this often, so neither the compilers nor their code take memory: 13 MB of 92. With
 * thousands of canaries the hot functions are compiled within minutes.
 */
const flags = ['--invocation-count-for-maglev=40000', '--invocation-count-for-turbofan=300000'];

/**
 * For a process that runs for months and works little. Call it before other code is loaded. V8 names a flag that it does
 * not know on standard error and ignores it.
 */
export function compileLate(): void {
  for (const flag of flags) setFlagsFromString(flag);
}
