import { backupMeanings } from './meanings-backup.ts';
import { clusterMeanings } from './meanings-cluster.ts';
import { leaseMeanings } from './meanings-lease.ts';
import { surroundingMeanings } from './meanings-surroundings.ts';
import { yourMeanings } from './meanings-your-application.ts';
import type { Meanings } from './parts.ts';

/** What each file in test/chart/values means. */
export const meanings: Meanings = {
  ...clusterMeanings,
  ...surroundingMeanings,
  ...backupMeanings,
  ...leaseMeanings,
  ...yourMeanings,
};
