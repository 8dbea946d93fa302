import { resolve } from 'node:path';
import config from '../jest.config.mjs';
import { testsWithoutPrograms } from './programs.ts';

/** The tests that run with nothing but the packages of `npm ci`: `npm run test:fast`. */
export default {
  ...config,
  rootDir: resolve(import.meta.dirname, '..'),
  projects: config.projects
    .filter(({ displayName }) => ['hack', 'docs', 'app', 'chart'].includes(displayName))
    .map(({ globalSetup, ...project }) => ({ ...project, testMatch: testsWithoutPrograms(`test/${project.displayName}`) })),
};
