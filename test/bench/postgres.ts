import type { System } from './systems.ts';
export async function startPostgres(_folder: string, _database: string): Promise<System> {
  throw new Error('not yet');
}
