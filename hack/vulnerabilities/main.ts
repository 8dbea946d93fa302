import { text } from 'node:stream/consumers';
import { calledOf, lineOf } from './called.ts';

const output = await text(process.stdin);
// Nothing at all means that govulncheck has failed, and said why.
if (output.trim() === '') process.exit(1);
const called = calledOf(output);
for (const each of called) console.log(lineOf(each));
if (called.some(({ module }) => module !== 'stdlib')) process.exitCode = 1;
