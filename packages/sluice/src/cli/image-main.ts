import { clusterCommands } from './cluster-commands.ts';
import { compileLate } from '../platform/compile-late.ts';
import { runProgram } from './run-program.ts';

/** Entry point of the controller's image: the same program without the local cluster and the tester. */
compileLate();
void runProgram(clusterCommands, process.argv.slice(2));
