import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import { openFoundation } from '../../../testkit/foundation.ts';
import { type AccountId, newId, type TenantId } from '../../base/ids.ts';
import { Act } from './audit.ts';

const system = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;

const world = await openFoundation({ after });

describe('the audit', () => {
  test('keeps the events of an act, in its transaction, with who, why and when', async () => {
    const tenantId = newId<TenantId>();
    const accountId = newId<AccountId>();
    await world.audit.act(system, async (act) => {
      act.record({ tenantId, accountId, kind: 'email.received', facts: { size: 12 } });
    });
    const [event, ...others] = await world.audit.list(world.database.db, { tenantId, limit: 10 });
    assert.deepEqual(others, []);
    assert.equal(event?.kind, 'email.received');
    assert.equal(event?.actor, 'test');
    assert.equal(event?.reason, 'test');
    assert.equal(event?.outcome, 'done');
    assert.deepEqual(event?.facts, { size: 12 });
    const other = { tenantId, accountId: newId<AccountId>(), limit: 10 };
    assert.deepEqual(await world.audit.list(world.database.db, other), []);
  });

  test('keeps nothing of an act that fails', async () => {
    const tenantId = newId<TenantId>();
    const failing = world.audit.act(system, async (act) => {
      act.record({ tenantId, kind: 'email.received' });
      throw new RangeError('on purpose');
    });
    await assert.rejects(failing, RangeError);
    assert.deepEqual(await world.audit.list(world.database.db, { tenantId, limit: 10 }), []);
  });

  test('refuses an act without event, unless it may change nothing', async () => {
    await assert.rejects(
      world.audit.act(system, async () => undefined),
      { name: 'AssertionFault' },
    );
    await world.audit.act({ ...system, silent: 'when-nothing-changed' }, async () => undefined);
  });

  test('lets nobody else make an act', () => {
    const stranger = Symbol('made by audit.act');
    assert.throws(() => Reflect.construct(Act, [stranger, {}]), { name: 'AssertionFault' });
  });

  test('seals what identifies somebody, bound to its event', async () => {
    const tenantId = newId<TenantId>();
    await world.audit.act(system, async (act) => {
      act.record({ tenantId, kind: 'email.sent', identifying: { recipient: '279035121518989@patient.example' } });
    });
    const rows = await sql<{ sealed: Buffer; row: string }>`
      select sealed, event::text as row from audit.event where tenant_id = ${tenantId}`.execute(world.ownerDb);
    const [row] = rows.rows;
    assert.ok(row && row.sealed.length > 0);
    assert.ok(!row.row.includes('279035121518989'));
    assert.ok(!row.row.includes(Buffer.from('279035121518989').toString('hex')));
  });

  test('can be added to and read by the running program, and nothing more', async () => {
    const tenantId = newId<TenantId>();
    await world.audit.act(system, async (act) => act.record({ tenantId, kind: 'email.received' }));
    const denied = { code: '42501' };
    const { db } = world.database;
    const isDenied = (fault: unknown): boolean => {
      const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
      return (cause as { code?: string }).code === denied.code;
    };
    await assert.rejects(sql`update audit.event set kind = 'email.sent'`.execute(db), isDenied);
    await assert.rejects(sql`delete from audit.event`.execute(db), isDenied);
    await assert.rejects(sql`truncate audit.event`.execute(db), isDenied);
    await assert.rejects(sql`alter table audit.event add column more text`.execute(db), isDenied);
    await assert.rejects(sql`drop table audit.event`.execute(db), isDenied);
    assert.equal((await world.audit.list(db, { tenantId, limit: 10 })).length, 1);
  });
});
