import { describeApiFaults } from './api-faults.ts';
import { aborts } from './journeys/aborts.ts';
import { back } from './journeys/back.ts';
import { deletions } from './journeys/deletions.ts';

describeApiFaults('ways back', back);
describeApiFaults('aborts', aborts);
describeApiFaults('deletions', deletions);
