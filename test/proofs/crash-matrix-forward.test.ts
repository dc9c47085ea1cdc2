import { describeCrashMatrix } from './crash-matrix.ts';
import { companions } from './journeys/companions.ts';
import { forward } from './journeys/forward.ts';

describeCrashMatrix('ways forward', forward);
describeCrashMatrix('configuration and autoscalers', companions);
