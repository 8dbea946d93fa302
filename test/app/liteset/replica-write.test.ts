import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Membership } from '../../../app/liteset/membership/membership.ts';
import { problems } from '../../../app/liteset/problem/types.ts';
import { explainReplicaWrite } from '../../../app/liteset/replica-write.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

describe("SQLite's refusal to write", () => {
  const refusal = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });
  const told = (membership: Membership, error: unknown): Promise<unknown> =>
    explainReplicaWrite(membership, error, new EventEmitter() as unknown as ServerResponse);
  const member = (isPrimary: boolean) => {
    const membership = new Membership('pod-1', '/nonexistent/app.db', quiet);
    membership.apply({ type: 'init', data: { isPrimary, hostname: 'pod-0' } });
    return membership;
  };

  test('is told from a fault of the disk by the role', async () => {
    expect(await told(member(false), refusal)).toMatchObject({
      kind: problems.replicaWrite,
      extensions: { primary: 'pod-0' },
    });
    expect(await told(member(true), refusal)).toBe(refusal);
  });

  test('may come before the news that this pod was demoted', async () => {
    const membership = member(true);
    const answer = told(membership, refusal);
    membership.apply({ type: 'primaryChange', data: { isPrimary: false } });
    expect(await answer).toMatchObject({ kind: problems.replicaWrite, extensions: { primary: null } });
  });

  test('is not read into other errors, nor when LiteFS is gone', async () => {
    const other = Object.assign(new Error('UNIQUE constraint failed'), { code: 'SQLITE_CONSTRAINT' });
    expect(await told(member(false), other)).toBe(other);
    const membership = member(false);
    membership.lose(new Error('gone'));
    expect(await told(membership, refusal)).toBe(refusal);
  });
});
