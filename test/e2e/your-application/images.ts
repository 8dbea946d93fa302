import { run } from '../cluster/run.ts';

/** The image of an application that knows nothing of Liteset, as hack/test.sh names it: repository and tag. */
export async function imageOf(
  name: 'records' | 'pocketbase',
): Promise<{ repository: string; tag: string; pullPolicy: string }> {
  const script = `source hack/lib/common.sh; source hack/lib/go.sh; source hack/images/images.sh; ${name}_image`;
  const [repository = '', tag = ''] = (await run('bash', ['-c', script])).trim().split(':');
  return { repository, tag, pullPolicy: 'Never' };
}
