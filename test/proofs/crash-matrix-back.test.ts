import { describeCrashMatrix } from './crash-matrix.ts';
import { aborts } from './journeys/aborts.ts';
import { back } from './journeys/back.ts';
import { decisions } from './journeys/decisions.ts';
import { deletions } from './journeys/deletions.ts';

describeCrashMatrix('ways back', back);
describeCrashMatrix('aborts', aborts);
describeCrashMatrix('decisions of people', decisions);
describeCrashMatrix('deletions', deletions);
