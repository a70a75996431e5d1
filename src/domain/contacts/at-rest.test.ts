import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { addressOf, ContactsWorld } from '../../../testkit/contacts-world.ts';

/** What must not be found in any row, in any of the forms in which a store could leave it. */
const traits = {
  ins: '279035121518989',
  doctor: 'DUGUESCLIN',
  favourite: 'Marjolaine',
  group: 'Pneumologie',
  entry: 'CORMORAN',
  phone: '0247112233',
  note: 'bradycardie',
};

test('no address, name, telephone or note stands in the tables of contacts, nor in clear in its events', async (t) => {
  const world = await ContactsWorld.open(t);
  const { contacts, directory, store } = world;
  const doctor = addressOf(`${traits.doctor}@hopital.mssante.example`);
  const patient = addressOf(`${traits.ins}@patient.mssante.example`);
  await directory.publish(1, [{ rpps: '89900000011', family: traits.doctor, addresses: [doctor.toLowerCase()] }]);
  const holder = await world.createHolder();
  const { account } = holder;
  await world.write(holder, doctor, patient);
  await world.act(holder, async (act) => {
    await contacts.preferAddress(act, account, doctor);
    await contacts.addFavourite(act, account, { address: patient, name: traits.favourite });
    const id = await contacts.createGroup(act, account, { name: traits.group, members: [doctor, patient] });
    await contacts.changeGroup(act, account, id, { name: `${traits.group} 2` });
    const content = { name: traits.entry, address: doctor, phone: traits.phone, note: `Suivi ${traits.note}` };
    const entry = await contacts.createBookEntry(act, account, content);
    await contacts.openBookEntry(act, account, entry);
  });
  const edition = await directory.publish(2, []);
  while ((await store.act((act) => contacts.recheck(act, edition))) === 'more');
  const tables = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('contacts', 'audit')`.execute(store.ownerDb);
  const texts: string[] = [];
  for (const { name } of tables.rows) {
    const rows = await sql<{ text: string }>`select t::text as text from ${sql.raw(name)} as t`.execute(store.ownerDb);
    assert.ok(rows.rows.length > 0, `${name} is empty: the search looks at nothing`);
    texts.push(...rows.rows.map((row) => row.text));
  }
  const dump = texts.join('\n').toLowerCase();
  for (const [what, trait] of Object.entries(traits)) {
    for (const form of [trait, trait.toLowerCase(), trait.toUpperCase()]) {
      assert.ok(!dump.includes(form.toLowerCase()), `${what} stands in the database`);
      assert.ok(!dump.includes(Buffer.from(form).toString('hex')), `${what} stands in hexadecimal in the database`);
    }
  }
});
