import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import pg from 'pg';
import { type ImportWorld, oneByOne, openImportWorld } from '../../../../testkit/directory/import-world.ts';
import { personCells, rowOf, textOf } from '../../../../testkit/directory/small-extraction.ts';
import { Temporary } from '../../../base/errors.ts';
import { listChanges } from '../editions.ts';
import { importFiles } from './import.ts';

const importFile = oneByOne(importFiles);

function text(from: number, to: number): string {
  return textOf(
    'mailboxes',
    Array.from({ length: to - from }, (_, index) => rowOf('mailboxes', personCells('mailboxes', from + index))),
  );
}

/** What PostgreSQL does to the first row that comes into the table. */
const faults = {
  'is killed': { does: 'perform pg_terminate_backend(pg_backend_pid());', code: 'database-unavailable' },
  'has no room left': {
    does: "raise exception 'no space left on device' using errcode = '53100';",
    code: 'database-busy',
  },
} as const;

async function asOwner(world: ImportWorld, statement: string): Promise<void> {
  const owner = new pg.Client({ connectionString: world.ownerUrl.revealText() });
  await owner.connect();
  try {
    await owner.query(statement);
  } finally {
    await owner.end();
  }
}

async function inForce(world: ImportWorld): Promise<unknown> {
  return {
    addresses: await world.list('select address from directory.mailbox order by 1'),
    index: await world.list('select bytes from directory.index_part order by part'),
    files: await world.list("select file_name from directory.edition where state = 'current'"),
  };
}

async function withTen(t: TestContext): Promise<ImportWorld> {
  const world = await openImportWorld(t);
  await importFile(world.parts, world.write('one.txt', text(0, 10)), {});
  return world;
}

for (const [name, { does, code }] of Object.entries(faults)) {
  describe(`the database ${name}`, () => {
    for (const [moment, table] of [
      ['in the middle of COPY', 'directory.staged_mailbox'],
      ['in the middle of the merge', 'directory.mailbox'],
      ['while the index is written', 'directory.index_part'],
    ] as const) {
      test(`${moment}: the edition before stays whole, and the next import runs`, async (t) => {
        const world = await withTen(t);
        const before = await inForce(world);
        await asOwner(
          world,
          `create function public.fail() returns trigger language plpgsql as $$ begin ${does} return new; end $$;
           create trigger fail before insert on ${table} for each row execute function public.fail()`,
        );
        const next = world.write('two.txt', text(5, 20));
        await assert.rejects(
          importFile(world.parts, next, {}),
          (fault) => fault instanceof Temporary && fault.code === code,
        );
        assert.deepEqual(await inForce(world), before);
        await asOwner(world, 'drop function public.fail() cascade');
        await importFile(world.parts, next, {});
        assert.deepEqual(await world.list('select state from directory.edition order by edition_id'), [
          'superseded',
          'failed',
          'current',
        ]);
        assert.equal((await world.list('select address from directory.mailbox')).length, 15);
      });
    }
  });
}

test('what the caller writes with the switch comes with the edition, or neither does', async (t) => {
  const world = await withTen(t);
  const before = await inForce(world);
  const next = world.write('two.txt', text(5, 20));
  const told: (readonly number[])[] = [];
  const failing = async (): Promise<void> => {
    throw new Temporary('database-busy', 'Occupé');
  };
  await assert.rejects(importFile(world.parts, next, { onSwitch: failing }), Temporary);
  assert.deepEqual(await inForce(world), before);
  const { editions } = await importFile(world.parts, next, {
    async onSwitch(tx, editionIds) {
      assert.deepEqual(await listChanges(world.database.db, { since: 1, limit: 1 }), [], 'nobody else sees it yet');
      assert.equal((await listChanges(tx, { since: 1, limit: 1 })).length, 1);
      told.push(editionIds);
    },
  });
  assert.deepEqual(told, [editions.map(({ editionId }) => editionId)], 'once, with what came into force');
});
