import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SendingWorld } from '../../../../../testkit/sending-world.ts';
import { addressOf } from '../../../../../testkit/transfer-world.ts';

const paul = 'paul@hopital.mssante.example';

// RFC 8621 §7, §7.5
test('a draft leaves at once, to accounts here and elsewhere, without another copy, and the history knows it', async (t) => {
  const scene = await SendingWorld.open(t);
  const { cabinet } = scene;
  const [anne, marc] = [await cabinet.createDoctor('anne'), await cabinet.createDoctor('marc')];
  const to = [{ email: marc.address }, { email: paul }];
  const emailId = await scene.draft(anne, { to, bcc: [{ email: 'cache@hopital.mssante.example' }] });
  const { created, fault } = await scene.submit(anne, emailId);
  assert.equal(fault, undefined);
  assert.equal(created.undoStatus, 'final');
  assert.deepEqual(
    created.envelope.rcptTo.map((each: { email: string }) => each.email),
    [marc.address, paul, 'cache@hopital.mssante.example'],
  );
  assert.equal((await cabinet.inbox(anne.account, 'sent')).length, 0);
  const [arrived] = await cabinet.inbox(marc.account);
  assert.ok(arrived);
  const bytes = (await cabinet.contents(marc.account, arrived.id)).toString();
  assert.ok(bytes.includes('X-MSS-NIL: HYGIE-TEST'));
  assert.ok(!bytes.includes('cache@'));
  const lines = await cabinet.transfer.deliveryHistory(
    { kind: 'person', personId: anne.person.personId },
    anne.account,
    arrived.id.replace(arrived.id, emailId) as typeof arrived.id,
  );
  assert.equal(lines.length, 3);
  assert.deepEqual([...new Set(cabinet.wakings)], ['hopital.mssante.example']);
  assert.ok(addressOf(paul));
});
