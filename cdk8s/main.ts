import { synth } from './synth.ts';

synth(process.env['CDK8S_OUTDIR'] ?? 'charts/liteset');
