import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { sql } from 'kysely';
import { JmapHttp } from '../../../../../testkit/jmap-http.ts';
import { rawMessage, traceField } from '../../../../../testkit/mail-store.ts';
import { startScriptedPeer } from '../../../../../testkit/scripted-smtp-peer.ts';
import { type Doctor, SendingWorld } from '../../../../../testkit/sending-world.ts';
import { domainName } from '../../../../../testkit/transfer-world.ts';
import { mailLimits } from '../../../../base/domain-limits.ts';
import { asId, type EmailId, newId } from '../../../../base/ids.ts';
import { smtpLimits } from '../../../../base/limits.ts';
import { tlsFloor } from '../../../../platform/tls/tls.ts';
import type { JsonObject } from '../method.ts';

const paul = 'paul@hopital.mssante.example';
const hopital = domainName('hopital.mssante.example');

async function open(t: Parameters<typeof SendingWorld.open>[0]) {
  const scene = await SendingWorld.open(t);
  const [anne, marc] = [await scene.cabinet.createDoctor('anne'), await scene.cabinet.createDoctor('marc')];
  return { scene, cabinet: scene.cabinet, anne, marc };
}

function envelope(doctor: Doctor, rcptTo: readonly string[], parameters: JsonObject | null = null): JsonObject {
  return {
    mailFrom: { email: doctor.address, parameters },
    rcptTo: rcptTo.map((email) => ({ email })),
  };
}

function viewer({ person }: Doctor) {
  return { kind: 'person', personId: person.personId } as const;
}

describe('EmailSubmission/set create (RFC 8621 §7, §7.5)', () => {
  test('sends a draft here and elsewhere, without another copy, hidden recipients hidden, and its history is known', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const hidden = 'cache@hopital.mssante.example';
    const to = [{ email: marc.address }, { email: paul }, { email: paul.toUpperCase() }];
    const emailId = await scene.draft(anne, { to, bcc: [{ email: hidden }] });
    const { created, fault } = await scene.submit(anne, emailId);
    assert.equal(fault, undefined);
    assert.deepEqual([created.undoStatus, created.dsnBlobIds, created.mdnBlobIds], ['final', [], []]);
    const named = created.envelope.rcptTo.map(({ email }: { email: string }) => email.toLowerCase());
    assert.deepEqual(named, [marc.address, paul, hidden], 'each once (RFC 8621 §7)');
    assert.equal(created.envelope.mailFrom.email, anne.address);
    assert.deepEqual(await cabinet.inbox(anne.account, 'sent'), []);
    assert.deepEqual([...new Set(cabinet.wakings)], [hopital]);
    const [arrived] = await cabinet.inbox(marc.account);
    assert.ok(arrived);
    const kept = (await cabinet.contents(anne.account, asId<EmailId>(emailId))).toString();
    const got = (await cabinet.contents(marc.account, arrived.id)).toString();
    assert.ok(kept.includes(hidden) && !got.includes(hidden));
    assert.ok(/^Message-ID: /m.test(kept) && /^Date: /m.test(kept) && /^MIME-Version: /m.test(kept));
    const trace = `Return-Path: <${anne.address}>\r\nX-MSS-NIL: HYGIE-TEST\r\n`; // ANS-REF2 ECO.2.4.3
    assert.equal(got, trace + kept.replace(/^Bcc: .*\r\n/m, ''), 'what leaves is what is kept');
    const lines = await cabinet.transfer.deliveryHistory(viewer(anne), anne.account, asId<EmailId>(emailId));
    assert.deepEqual(lines.map(({ address, state }) => [address.toLowerCase(), state]).sort(), [
      [hidden, 'queued'],
      [marc.address, 'accepted'],
      [paul, 'queued'],
    ]);
    const weights = await cabinet.contacts.familiarity(cabinet.store.db, { as: viewer(anne), account: anne.account });
    assert.equal(weights.size, 3);
  });

  test('says by MAIL and RCPT what the envelope asks, and tells what the next host answered (RFC 3461 §4)', async (t) => {
    const { scene, cabinet, anne } = await open(t);
    const { keyPem, chainPem } = scene.world.issue('hopital');
    const peer = await startScriptedPeer(createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem }), {
      answer: (line) => (line.includes('inconnu@') ? '550 5.1.1 personne\r\n' : undefined),
    });
    t.after(() => peer.stop());
    scene.world.routes[hopital] = { host: '127.0.0.1', port: peer.port };
    const wanted = {
      mailFrom: { email: anne.address, parameters: { ret: 'HDRS', ENVID: 'QQ=314159' } },
      rcptTo: [
        { email: paul, parameters: { NOTIFY: 'SUCCESS,FAILURE', ORCPT: 'rfc822;paul@ancien.example' } },
        { email: 'inconnu@hopital.mssante.example', parameters: { NOTIFY: 'NEVER' } },
      ],
    };
    const emailId = await scene.draft(anne, { to: [{ email: 'personne@ailleurs.example' }] });
    const { created, fault } = await scene.submit(anne, emailId, { envelope: wanted });
    assert.equal(fault, undefined);
    assert.equal(created.envelope, undefined, 'what was given is not told again (RFC 8620 §5.3)');
    const queued = await scene.call(anne, 'EmailSubmission/get', { ids: [created.id] });
    assert.deepEqual(queued.list[0].deliveryStatus[paul], {
      smtpReply: '250 2.1.5 Destinataire accepté',
      delivered: 'queued',
      displayed: 'unknown',
    });
    await cabinet.drain(hopital);
    assert.ok(peer.lines.some((line) => /^MAIL FROM:<anne@cabinet.*RET=HDRS.*ENVID=QQ\+3D314159/.test(line)));
    const rcpt = peer.lines.filter((line) => line.startsWith('RCPT'));
    assert.match(rcpt.join('\n'), /paul@.*NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;paul@ancien\.example/);
    assert.match(rcpt.join('\n'), /inconnu@.*NOTIFY=NEVER/);
    const { list, state } = await scene.call(anne, 'EmailSubmission/get', { ids: [created.id] });
    const [submission] = list;
    assert.deepEqual(submission.envelope.mailFrom.parameters, { RET: 'HDRS', ENVID: 'QQ=314159' });
    assert.deepEqual(submission.envelope.rcptTo, wanted.rcptTo);
    assert.equal(submission.deliveryStatus[paul].delivered, 'unknown', 'another host has it');
    const refused = submission.deliveryStatus['inconnu@hopital.mssante.example'];
    assert.equal(refused.delivered, 'no');
    assert.match(refused.smtpReply, /^550 5\.1\.1 .*personne/);
    const changes = await scene.call(anne, 'EmailSubmission/changes', { sinceState: queued.state });
    assert.deepEqual([changes.updated, changes.newState], [[created.id], state]);
    const told = async (column: string) => {
      await sql`update transfer.recipient set ${sql.ref(column)} = now() where last_code = 250`.execute(
        cabinet.store.ownerDb,
      );
      const after = await scene.call(anne, 'EmailSubmission/get', { ids: [created.id] });
      const { delivered, displayed } = after.list[0].deliveryStatus[paul];
      return [delivered, displayed];
    };
    assert.deepEqual(await told('returned_at'), ['no', 'unknown'], 'the next host gave it back');
    assert.deepEqual(await told('displayed_at'), ['yes', 'yes'], 'who has read it has it');
  });

  test('waits to be told who is in the trust space, and is news to who follows the account (RFC 8620 §7.1)', async (t) => {
    const world = await JmapHttp.open(t);
    const { person, account } = await world.createHolder();
    const mailboxes = await world.mail.listMailboxes(world.foundation.database.db, account);
    const drafts = mailboxes.find(({ role }) => role === 'drafts')?.id ?? '';
    const from = [{ email: account.address }];
    const draft = (email: string) => ({ mailboxIds: { [drafts]: true }, from, to: [{ email }] });
    const [, made] = await world.call(person, 'Email/set', {
      accountId: account.accountId,
      create: { here: draft(account.address), away: draft('paul@hopital.example') },
    });
    const created = made['created'] as Readonly<Record<string, { readonly id: string }>>; // as our engine writes it
    const stop = new AbortController();
    const url = '/jmap/eventsource?types=EmailSubmission,Identity&closeafter=state&ping=0';
    const source = await world.fetch(person, url, { signal: stop.signal });
    const sending = (name: string) => ({ emailId: created[name]?.id ?? '', identityId: account.accountId });
    const [, answer] = await world.call(person, 'EmailSubmission/set', {
      accountId: account.accountId,
      create: { here: sending('here'), away: sending('away') },
    });
    const { here } = answer['created'] as Readonly<Record<string, JsonObject>>; // as our engine writes it
    assert.equal(here?.['undoStatus'], 'final');
    const { away } = answer['notCreated'] as Readonly<Record<string, JsonObject>>; // as our engine writes it
    assert.equal(away?.['type'], 'forbiddenToSend');
    assert.match(String(away?.['description']), /pourra partir dans quelques minutes/);
    assert.match(await source.text(), /"EmailSubmission":"\d+"/);
    stop.abort();
  });

  test('refuses the whole for one recipient, and says why in French', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const full = await cabinet.createDoctor('pleine', 1);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const submit = async (rcptTo: readonly string[]) =>
      (await scene.submit(anne, emailId, { envelope: envelope(anne, rcptTo) })).fault;
    const cases: readonly (readonly [string, RegExp])[] = [
      ['personne@cabinet.mssante.example', /n'existe à cette adresse/],
      ['ami@gmail.example', /espace de confiance/],
      ['pas une adresse', /n’en sont pas/],
    ];
    for (const [address, why] of cases) {
      const fault = await submit([marc.address, address]);
      assert.equal(fault.type, 'invalidRecipients');
      assert.deepEqual(fault.invalidRecipients, [address]);
      assert.match(fault.description, why);
    }
    const two = await submit(['ami@gmail.example', marc.address, 'personne@cabinet.mssante.example']);
    assert.deepEqual(two.invalidRecipients, ['ami@gmail.example', 'personne@cabinet.mssante.example']);
    assert.deepEqual([(await submit([full.address])).type], ['invalidRecipients']);
    assert.equal((await submit([])).type, 'noRecipients');
    assert.deepEqual(await cabinet.inbox(marc.account), []);
    assert.deepEqual((await scene.call(anne, 'EmailSubmission/query')).ids, []);
    const odd = await scene.draft(anne, { 'header:To:asRaw': ' "Paul" <paul@>, marc' });
    assert.equal((await scene.submit(anne, odd)).fault.type, 'invalidRecipients');
    const nobody = await scene.draft(anne);
    assert.equal((await scene.submit(anne, nobody)).fault.type, 'noRecipients');
  });

  test('takes as many recipients as a message may have, and no more', async (t) => {
    const { scene, anne } = await open(t);
    const emailId = await scene.draft(anne);
    const most = mailLimits.deliveries - 1;
    const all = Array.from({ length: most + 1 }, (_, index) => `d${index}@hopital.mssante.example`);
    const tooMany = await scene.submit(anne, emailId, { envelope: envelope(anne, all) });
    assert.deepEqual(tooMany.fault, { type: 'tooManyRecipients', maxRecipients: most });
    const fit = await scene.submit(anne, emailId, { envelope: envelope(anne, all.slice(1)) });
    assert.equal(Object.keys(fit.created.deliveryStatus).length, most);
  });

  test('lets nobody write as another, in the envelope or in the email', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const forged = { ...envelope(anne, [marc.address]), mailFrom: { email: marc.address } };
    assert.equal((await scene.submit(anne, emailId, { envelope: forged })).fault.type, 'forbiddenMailFrom');
    const nobody = { ...envelope(anne, [marc.address]), mailFrom: { email: '' } };
    assert.equal((await scene.submit(anne, emailId, { envelope: nobody })).fault.type, 'forbiddenMailFrom');
    const to = [{ email: marc.address }];
    const foreign = await scene.draft(anne, { from: [{ email: marc.address }], to });
    const refused = (await scene.submit(anne, foreign)).fault;
    assert.equal(refused.type, 'forbiddenFrom');
    assert.match(refused.description, /auteur/);
    const many = await scene.draft(anne, { from: [{ email: anne.address }, { email: marc.address }], to });
    assert.deepEqual((await scene.submit(anne, many)).fault.properties, ['from']);
    assert.deepEqual(await cabinet.inbox(marc.account), []);
    // Whoever may write as both may sign for both, one of them sending.
    const store = cabinet.store;
    const { personId } = anne.person;
    await store.act((act) => store.access.delegate(act, { account: marc.account, personId, rights: ['send'] }));
    const both = await scene.draft(anne, {
      from: [{ email: anne.address }, { email: marc.address }],
      sender: [{ email: anne.address }],
      to,
    });
    assert.equal((await scene.submit(anne, both)).created.undoStatus, 'final');
  });

  test('sends no email that does not name itself: what leaves is what is kept', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const send = async (fields: Readonly<Record<string, string>>, without: readonly string[]) => {
      const raw = rawMessage({ From: anne.address, To: marc.address, ...fields });
      const bytes = raw
        .split('\r\n')
        .filter((line) => !without.some((name) => line.startsWith(`${name}:`)))
        .join('\r\n');
      const { emailId } = await cabinet.store.store(anne.account, bytes, 'drafts');
      return (await scene.submit(anne, emailId)).fault;
    };
    assert.deepEqual((await send({}, ['Date'])).properties, ['sentAt']);
    assert.deepEqual((await send({}, ['Message-ID'])).properties, ['messageId']);
    assert.deepEqual((await send({}, ['From'])).properties, ['from']);
    const long = await send({ 'X-Long': 'a'.repeat(smtpLimits.textLineBytes) }, []);
    assert.deepEqual([long.type, long.properties], ['invalidEmail', []]);
    assert.match(long.description, /n'est pas conforme/);
    assert.deepEqual(await cabinet.inbox(marc.account), []);
  });

  test('takes an email of the largest size, and none that is larger', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const head = rawMessage({ From: anne.address, To: marc.address }, '');
    const line = `${'a'.repeat(76)}\r\n`;
    const room = smtpLimits.messageBytes - Buffer.byteLength(traceField) - Buffer.byteLength(head);
    const body = line.repeat(Math.floor(room / line.length) - 1);
    const rest = room - body.length - 2;
    const fill = (more: number): string => `${head}${body}${'b'.repeat(rest + more)}\r\n`;
    const fit = await cabinet.store.store(anne.account, fill(0), 'drafts');
    const large = await cabinet.store.store(anne.account, fill(1), 'drafts');
    const refused = await scene.submit(anne, large.emailId);
    assert.deepEqual(refused.fault, { type: 'tooLarge', maxSize: smtpLimits.messageBytes });
    assert.equal((await scene.submit(anne, fit.emailId)).created.undoStatus, 'final');
  });

  test('knows nothing of emails and identities that are not the account’s, nor of properties that are not to be set', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const [own, other] = [await scene.draft(anne, { to: [{ email: paul }] }), await scene.draft(marc)];
    const fault = async (wanted: JsonObject) => (await scene.submit(anne, own, wanted)).fault;
    assert.deepEqual(await fault({ emailId: other }), { type: 'invalidProperties', properties: ['emailId'] });
    assert.deepEqual((await fault({ emailId: newId() })).properties, ['emailId']);
    assert.deepEqual((await fault({ emailId: '#nulle-part' })).properties, ['emailId']);
    assert.deepEqual((await fault({ identityId: marc.account.accountId })).properties, ['identityId']);
    assert.deepEqual((await fault({ undoStatus: 'final' })).properties, ['undoStatus']);
    for (const envelopeGiven of [
      [],
      {},
      { mailFrom: { email: anne.address }, rcptTo: [], bcc: [] },
      envelope(anne, [paul], { SIZE: '12' }),
      envelope(anne, [paul], { RET: 'TOUT' }),
      envelope(anne, [paul], { ENVID: 'é' }),
      envelope(anne, [paul], { HOLDFOR: '10', HOLDUNTIL: '2026-11-23T00:00:00Z' }),
      { mailFrom: { email: anne.address }, rcptTo: [{ email: paul, parameters: { NOTIFY: 'SUCCESS,SUCCESS' } }] },
      { mailFrom: { email: anne.address }, rcptTo: [{ email: paul, parameters: { ORCPT: 'paul' } }] },
    ]) {
      assert.deepEqual(
        (await fault({ envelope: envelopeGiven })).properties,
        ['envelope'],
        JSON.stringify(envelopeGiven),
      );
    }
    assert.deepEqual(await cabinet.inbox(anne.account, 'sent'), []);
  });

  test('sends what the same request has made, and does the rest to the email at once (RFC 8621 §7.5)', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const { store } = cabinet;
    const [drafts, sent] = [await store.mailboxOf(anne.account, 'drafts'), await store.mailboxOf(anne.account, 'sent')];
    const draft = {
      mailboxIds: { [drafts]: true },
      keywords: { $draft: true },
      from: [{ email: anne.address }],
      to: [{ email: marc.address }],
      subject: 'Bilan',
    };
    const answers = await scene.run(anne, [
      ['Email/set', { create: { d: draft, e: { ...draft, to: [{ email: 'x@gmail.example' }] } } }],
      [
        'EmailSubmission/set',
        {
          create: {
            s: { emailId: '#d', identityId: anne.account.accountId },
            r: { emailId: '#e', identityId: anne.account.accountId },
          },
          onSuccessUpdateEmail: {
            '#s': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null },
            '#r': { [`mailboxIds/${sent}`]: true },
          },
        },
      ],
      ['Core/echo', {}],
    ]);
    assert.deepEqual(
      answers.map(([name, , callId]) => [name, callId]),
      [
        ['Email/set', 'c0'],
        ['EmailSubmission/set', 'c1'],
        ['Email/set', 'c1'],
        ['error', 'c2'],
      ],
    );
    const emailId = answers[0][1].created.d.id;
    assert.deepEqual(Object.keys(answers[2][1].updated), [emailId]);
    assert.equal(answers[1][1].notCreated.r.type, 'invalidRecipients');
    const shown = await scene.call(anne, 'Email/get', { ids: [emailId], properties: ['mailboxIds', 'keywords'] });
    assert.deepEqual([shown.list[0].mailboxIds, shown.list[0].keywords], [{ [sent]: true }, {}]);
    const failed = await scene.call(anne, 'Email/get', {
      ids: [answers[0][1].created.e.id],
      properties: ['mailboxIds'],
    });
    assert.deepEqual(failed.list[0].mailboxIds, { [drafts]: true }, 'what was not sent stays where it is');
    const gone = await scene.run(anne, [
      [
        'EmailSubmission/set',
        { create: { s: { emailId, identityId: anne.account.accountId } }, onSuccessDestroyEmail: ['#s'] },
      ],
    ]);
    assert.deepEqual(gone[1][1].destroyed, [emailId]);
    assert.equal((await cabinet.inbox(marc.account)).length, 2);
  });

  test('sends only in the state that is expected (RFC 8620 §5.3)', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const { state } = await scene.call(anne, 'EmailSubmission/get', { ids: [] });
    const create = { s: { emailId, identityId: anne.account.accountId } };
    assert.equal(await scene.error(anne, 'EmailSubmission/set', { ifInState: '1', create }), 'stateMismatch');
    const other = await scene.draft(anne);
    assert.ok(other);
    assert.equal(await scene.error(anne, 'EmailSubmission/set', { ifInState: state, create }), 'stateMismatch');
    assert.deepEqual(await cabinet.inbox(marc.account), []);
    const now = (await scene.call(anne, 'EmailSubmission/get', { ids: [] })).state;
    const answer = await scene.call(anne, 'EmailSubmission/set', { ifInState: now, create });
    assert.equal(answer.oldState, now);
    assert.ok(answer.created.s.id);
  });
});

describe('an account that is shared (RFC 8621 §7.5)', () => {
  test('is sent from by those alone who may, and its sendings are seen by who reads it', async (t) => {
    const { scene, cabinet, anne, marc } = await open(t);
    const { store } = cabinet;
    const emailId = await scene.draft(anne, { to: [{ email: marc.address }] });
    const lent = async (rights: readonly ('read' | 'write' | 'send')[]) => {
      const { person } = await cabinet.createDoctor();
      if (rights.length > 0) {
        const { personId } = person;
        await store.act((act) => store.access.delegate(act, { account: anne.account, personId, rights }));
      }
      return { ...anne, person };
    };
    const create = { s: { emailId, identityId: anne.account.accountId } };
    const [stranger, reader] = [await lent([]), await lent(['read', 'write'])];
    assert.equal(await scene.error(stranger, 'EmailSubmission/set', { create }), 'accountNotFound');
    assert.equal(await scene.error(stranger, 'EmailSubmission/get'), 'accountNotFound');
    assert.equal(await scene.error(reader, 'EmailSubmission/set', { create }), 'accountReadOnly');
    const domain = await cabinet.transfer.send(
      { actor: viewer(reader), reason: 'test' },
      { account: anne.account, emailId: asId<EmailId>(emailId), identityId: anne.account.accountId },
    );
    assert.ok(domain.kind === 'refused' && domain.refusal.what === 'sender');
    const sender = await lent(['read', 'send']);
    const onSuccessUpdateEmail = { '#s': { 'keywords/$draft': null } };
    const answers = await scene.run(sender, [['EmailSubmission/set', { create, onSuccessUpdateEmail }]]);
    assert.ok(answers[0][1].created.s.id);
    assert.deepEqual(answers[1].slice(0, 2), ['error', { type: 'accountReadOnly' }], 'sent, and not moved');
    assert.equal((await scene.call(reader, 'EmailSubmission/get')).list.length, 1);
    assert.equal((await cabinet.inbox(marc.account)).length, 1);
  });

  test('says that its person may no longer send', async (t) => {
    const { scene, cabinet, anne } = await open(t);
    await cabinet.store.act((act) => cabinet.store.mail.closeAccount(act, anne.account));
    const { emailId } = await cabinet.store.store(anne.account, rawMessage({ From: anne.address })).catch(() => ({
      emailId: newId<EmailId>(),
    }));
    const { fault } = await scene.submit(anne, emailId);
    assert.equal(fault.type, 'forbiddenToSend');
    assert.match(fault.description, /n'est ni la vôtre/);
  });
});
