import { text } from 'node:stream/consumers';
import { importedOf, lineOf } from './imported.ts';

const output = await text(process.stdin);
// Nothing at all means that govulncheck has failed, and said why.
if (output.trim() === '') process.exit(1);
const imported = importedOf(output);
for (const each of imported) console.log(lineOf(each));
if (imported.some(({ module }) => module !== 'stdlib')) process.exitCode = 1;
