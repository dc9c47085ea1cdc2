import { describeCrashMatrix } from './crash-matrix.ts';
import { otherTargets } from './journeys/other-targets.ts';

describeCrashMatrix('other targets', otherTargets);
