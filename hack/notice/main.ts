import { writeFileSync } from 'node:fs';
import { notice } from './notice.ts';

writeFileSync('NOTICE', notice());
