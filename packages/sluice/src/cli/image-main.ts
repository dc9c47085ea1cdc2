import { clusterCommands } from './cluster-commands.ts';
import { runProgram } from './run-program.ts';

/** Where the controller's image begins: the same program without the local cluster and the tester. */
void runProgram(clusterCommands, process.argv.slice(2));
