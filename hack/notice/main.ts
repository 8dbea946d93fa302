import { writeFileSync } from 'node:fs';
import { notice } from './notice.ts';

const written = notice();
writeFileSync('NOTICE', written.notice);
writeFileSync('LICENSES-GO', written.licences);
