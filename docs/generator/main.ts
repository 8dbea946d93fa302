import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, pages } from './pages.ts';

for (const [file, content] of Object.entries(pages())) writeFileSync(join(FOLDER, file), content);
