import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Scope } from '../../../testkit/database.ts';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { addressOf, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import type { Uuid } from '../../base/ids.ts';
import { smtpLimits } from '../../base/limits.ts';
import { Secret } from '../../base/secret.ts';
import type { Address } from '../../formats/address/address.ts';
import type { Act } from '../audit/audit.ts';
import type { AccountRef } from '../mail/mail.ts';
import { type EnvelopeRecipient, sayReply } from './acceptance.ts';
import type { SubmissionOutcome, SubmissionRequest } from './submission.ts';

type Doctor = Awaited<ReturnType<TestOperator['createDoctor']>>;

async function open(scope: Scope): Promise<TestOperator> {
  const world = await TransferWorld.open(scope, ['cabinet', 'hopital']);
  return world.operator('cabinet');
}

const shared = await open({ after });
const elsewhere = addressOf('paul@hopital.mssante.example');

function letter(doctor: Doctor, fields: Readonly<Record<string, string>> = {}, body?: string): string {
  return rawMessage({ From: `Dr <${doctor.address}>`, ...fields }, body);
}

function requestOf(doctor: Doctor, more: Partial<SubmissionRequest> = {}): SubmissionRequest {
  return { actor: { kind: 'person', personId: doctor.person.personId }, reason: 'test', ...more };
}

interface Sending {
  readonly operator?: TestOperator;
  readonly sender?: Address;
  readonly to: readonly (Address | EnvelopeRecipient)[];
  readonly content: string | Buffer;
  readonly request?: Partial<SubmissionRequest>;
}

function send(doctor: Doctor, { operator = shared, sender = doctor.address, to, content, request }: Sending) {
  return operator.transfer.submit(requestOf(doctor, request), {
    sender,
    recipients: to.map((each) => (typeof each === 'string' ? { recipient: each } : each)),
    content: (async function* () {
      // In small pieces, so that the header comes in several.
      const bytes = Buffer.from(content);
      for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37);
    })(),
  });
}

function said(outcome: SubmissionOutcome): string {
  if (outcome.kind === 'submitted') return outcome.isRepeated ? 'repeated' : 'submitted';
  return `${outcome.reply.code} ${outcome.reply.enhanced} ${outcome.reply.text}`;
}

async function only(
  account: AccountRef,
  role: 'inbox' | 'sent',
): Promise<{ text: string; prefix: string; keywords: readonly string[] }> {
  const emails = await shared.inbox(account, role);
  assert.equal(emails.length, 1);
  const email = emails[0] ?? assert.fail();
  const bytes = await shared.contents(account, email.id);
  return {
    text: bytes.subarray(email.prefixBytes).toString(),
    prefix: bytes.subarray(0, email.prefixBytes).toString(),
    keywords: email.keywords,
  };
}

describe('a person who signs in to submit', () => {
  const peer = shared.peer();
  const signIn = async (doctor: Doctor, more: { token?: string; authorizationId?: string }) => {
    const verdict = await shared.transfer.submission.authenticate(
      {
        kind: 'password',
        authenticationId: doctor.login,
        password: more.token === undefined ? doctor.token : new Secret(more.token),
        ...(more.authorizationId !== undefined && { authorizationId: more.authorizationId }),
      },
      peer,
    );
    return verdict.kind === 'admitted' ? 'admitted' : `${verdict.reply.code} ${verdict.reply.text}`;
  };

  // RFC 4954 §6, RFC 4616 §2
  test('needs the app password, and acts for nobody else', async () => {
    const anne = await shared.createDoctor();
    assert.equal(await signIn(anne, {}), 'admitted');
    assert.equal(await signIn(anne, { authorizationId: anne.login }), 'admitted');
    assert.equal(await signIn(anne, { authorizationId: 'marc' }), '535 credentials-refused');
    assert.equal(await signIn(anne, { token: 'faux' }), '535 credentials-refused');
  });

  test('may no longer send once the app password was revoked, or the person disabled, in mid-session', async () => {
    const { access } = shared.store;
    const ends = [
      (act: Act, doctor: Doctor, id: Uuid) => access.revokeAppPassword(act, doctor.person.tenantId, id),
      (act: Act, doctor: Doctor) => access.disablePerson(act, doctor.person),
    ];
    for (const end of ends) {
      const anne = await shared.createDoctor();
      const made = await shared.store.audit.act({ actor: task, reason: 'test' }, (act) =>
        access.createAppPassword(act, { person: anne.person, label: 'x', scopes: ['submission'] }),
      );
      const credentials = { kind: 'password', authenticationId: anne.login, password: made.token } as const;
      const verdict = await shared.transfer.submission.authenticate(credentials, peer);
      assert.ok(verdict.kind === 'admitted');
      const envelopes = [
        { sender: anne.address, smtpUtf8: false },
        { sender: null, smtpUtf8: false },
      ];
      const open = async () => {
        const openings = await Promise.all(envelopes.map((envelope) => verdict.admission.openTransaction(envelope)));
        return openings.map((opening) => (opening.kind === 'opened' ? 'opened' : opening.reply.text));
      };
      assert.deepEqual(await open(), ['opened', 'opened']);
      await shared.store.audit.act(
        { actor: task, reason: 'test' },
        async (act) => void (await end(act, anne, made.id)),
      );
      assert.deepEqual(await open(), ['credentials-refused', 'credentials-refused']);
    }
  });

  test('is slowed after too many failures', async () => {
    const anne = await shared.createDoctor();
    let last = '';
    for (let attempt = 0; attempt < 30 && !last.startsWith('454'); attempt += 1)
      last = await signIn(anne, { token: 'faux' });
    assert.equal(last, '454 too-many-attempts');
    assert.equal(await signIn(await shared.createDoctor(), {}), 'admitted', 'another doctor is not slowed');
  });
});

describe('a submitted message', () => {
  // RFC 5322 §3.6.3, RFC 5321 §4.4
  test('is kept whole in Sent and leaves without its hidden recipients', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    const content = letter(anne, { Bcc: `${marc.address},\r\n ${elsewhere}`, Subject: 'Courrier', 'X-MSS-NIL': 'L' });
    assert.equal(said(await send(anne, { to: [marc.address, elsewhere], content })), 'submitted');
    const sent = await only(anne.account, 'sent');
    assert.equal(sent.prefix + sent.text, content);
    assert.deepEqual(sent.keywords, ['$seen']);
    const received = await only(marc.account, 'inbox');
    assert.equal(received.text, content.replace(/Bcc:.*\r\n .*\r\n/, ''));
    assert.equal(received.prefix, `Return-Path: <${anne.address}>\r\n`);
    assert.equal((await shared.inbox(marc.account, 'sent')).length, 0);
    assert.equal((await shared.inbox(anne.account)).length, 0);
  });

  // RFC 6409 §8, ANS-REF2 ECO.2.4.3, ANS-REF2 ECO.2.2.1, RFC 5322 §3.6.1, RFC 5322 §3.6.4
  test('is given the fields that it lacks, and keeps those that it has', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    await send(anne, { to: [marc.address], content: `From: ${anne.address}\r\n\r\nBonjour\r\n` });
    const { prefix } = await only(marc.account, 'inbox');
    assert.match(prefix, /^Message-ID: <[0-9a-f-]{36}@mss\.cabinet\.example>\r$/m);
    assert.match(prefix, /^Date: Sun, 22 Nov 2026 \d\d:\d\d:\d\d \+0000\r$/m);
    assert.match(prefix, /^X-MSS-NIL: HYGIE-TEST\r$/m);
    assert.doesNotMatch(prefix, /Received/);
    const line = (text: string): string =>
      text
        .split('\r\n')
        .filter((each) => /^(Message-ID|Date|X-MSS)/.test(each))
        .join();
    assert.equal(line((await only(anne.account, 'sent')).prefix), line(prefix));
  });

  test('by SMTP says that it came from a person, and neither from where nor from which machine', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    const peer = { ...shared.peer(), clientName: 'pc-du-docteur', remoteAddress: '192.0.2.99' };
    await send(anne, { to: [marc.address], content: letter(anne), request: { peer } });
    const { prefix } = await only(marc.account, 'inbox');
    assert.match(prefix, /Received: from localhost\r\n\tby mss\.cabinet\.example with ESMTPSA /);
    assert.doesNotMatch(prefix, /192\.0\.2|pc-du/);
  });

  test('twice is sent once, unless its recipients differ or it has no name of its own', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    const content = letter(anne);
    const first = await send(anne, { to: [marc.address], content });
    const second = await send(anne, { to: [marc.address], content });
    assert(first.kind === 'submitted' && second.kind === 'submitted');
    assert.equal(said(second), 'repeated');
    assert.equal(second.emailId, first.emailId);
    assert.equal((await shared.inbox(marc.account)).length, 1);
    assert.equal(said(await send(anne, { to: [marc.address, elsewhere], content })), 'submitted');
    const nameless = content.replace(/Message-ID:.*\r\n/, '');
    assert.equal(said(await send(anne, { to: [marc.address], content: nameless })), 'submitted');
    assert.equal(said(await send(anne, { to: [marc.address], content: nameless })), 'submitted');
    shared.store.clock.advance(24 * 3_600_000);
    assert.equal(said(await send(anne, { to: [marc.address], content })), 'submitted');
  });

  test('whose copy does not fit in Sent is not sent', async () => {
    const [anne, marc] = [await shared.createDoctor(undefined, 1_000), await shared.createDoctor()];
    const content = letter(anne, {}, 'x'.repeat(2_000));
    assert.equal(said(await send(anne, { to: [marc.address], content })), '552 5.2.2 own-mailbox-full');
    assert.equal((await shared.inbox(marc.account)).length, 0);
    await shared.store.act((act) => shared.store.mail.setQuota(act, anne.account, 100_000));
    assert.equal(said(await send(anne, { to: [marc.address], content })), 'submitted');
  });

  test('that only full accounts would get is refused; for one of several, its author is told', async () => {
    const [anne, marc, luc] = [
      await shared.createDoctor(),
      await shared.createDoctor(undefined, 1_000),
      await shared.createDoctor(),
    ];
    const content = letter(anne, {}, 'x'.repeat(2_000));
    assert.equal(said(await send(anne, { to: [marc.address], content })), '552 5.2.2 mailbox-full');
    assert.equal((await shared.inbox(anne.account, 'sent')).length, 0);
    const outcome = await send(anne, { to: [marc.address, luc.address], content });
    assert(outcome.kind === 'submitted');
    const report = await only(anne.account, 'inbox');
    assert.match(report.text, /Message non remis/);
    assert.match(report.text, new RegExp(`Final-Recipient: rfc822; ${marc.address}`));
    const history = await shared.transfer.deliveryHistory(task, anne.account, outcome.emailId);
    assert.deepEqual(
      history.map((line) => [line.address, line.state, line.status]),
      [
        [marc.address, 'failed', '5.2.2'],
        [luc.address, 'accepted', '2.1.5'],
      ],
    );
  });

  test('of any size reaches our accounts as it was', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    const content = letter(anne, { Bcc: marc.address, 'X-MSS-NIL': 'L' }, `${'é'.repeat(500)}\r\n`.repeat(300));
    assert.equal(said(await send(anne, { to: [marc.address], content })), 'submitted');
    assert.equal((await only(marc.account, 'inbox')).text, content.replace(/Bcc:.*\r\n/, ''));
    assert.equal((await only(anne.account, 'sent')).text, content);
  });

  test('whose header never ends, or begins with white space, is refused', async () => {
    const anne = await shared.createDoctor();
    const to = [elsewhere];
    assert.equal(said(await send(anne, { to, content: ` x\r\n${letter(anne)}` })), '554 5.6.0 message-malformed');
    const endless = `From: ${anne.address}\r\n${'X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(7_000)}`;
    assert.equal(said(await send(anne, { to, content: endless })), '554 5.6.0 message-malformed');
    assert.equal(said(await send(anne, { to, content: `From: ${anne.address}` })), 'submitted');
  });
});

describe('a message that its author holds', () => {
  const cr = String.fromCharCode(13);
  const nul = String.fromCharCode(0);
  const line = (octets: number): string => `${'a'.repeat(octets - 2)}\r\n`;
  const table: readonly (readonly [name: string, rule: string | undefined, body: string])[] = [
    ['a lone CR (RFC 5321 §2.3.8)', 'RFC 5321 2.3.8, CR', `un${cr}deux\r\n`],
    ['a lone CR at the end', 'RFC 5321 2.3.8, CR', `un${cr}`],
    ['a lone LF', 'RFC 5321 2.3.8, LF', 'un\ndeux\r\n'],
    ['NUL (RFC 5322 §2.1)', 'RFC 5322 2.1, NUL', `un${nul}deux\r\n`],
    ['a line of the limit (RFC 5322 §2.1.1)', undefined, line(smtpLimits.textLineBytes)],
    ['a line one octet longer', 'RFC 5322 2.1.1', line(smtpLimits.textLineBytes + 1)],
    ['an endless last line', undefined, 'un'],
  ];
  for (const [name, rule, body] of table) {
    test(`with ${name} is ${rule === undefined ? 'sent' : 'refused by the rule that it breaks'}`, async () => {
      const anne = await shared.createDoctor();
      const outcome = await send(anne, { to: [elsewhere], content: letter(anne, {}, body) });
      assert.equal(outcome.kind === 'refused' ? outcome.reply.values?.['rule'] : undefined, rule);
      assert.equal((await shared.inbox(anne.account, 'sent')).length, rule === undefined ? 1 : 0);
    });
  }
});

describe('a recipient', () => {
  test('outside the trust space is refused, and the text says why and what to do', async () => {
    const anne = await shared.createDoctor();
    for (const address of ['dupont@gmail.com', 'x@orange.fr', 'a@sub.cabinet.mssante.example']) {
      const outcome = await send(anne, { to: [addressOf(address)], content: letter(anne) });
      assert.equal(said(outcome), '550 5.7.1 recipient-outside-trust-space');
      assert(outcome.kind === 'refused');
      const text = sayReply(outcome.reply, { smtpUtf8: true });
      assert.match(text, /espace de confiance MSSanté/);
      assert.match(text, /Demandez .* adresse MSSanté/);
      assert.ok(text.includes(address.split('@')[1] ?? ''));
    }
  });

  test('elsewhere waits while no white list has come: nobody can tell yet', async (t) => {
    const operator = await open(t);
    const anne = await operator.createDoctor();
    await sql`update trust.state set edition = null, revision = revision + 1`.execute(operator.store.db);
    await operator.trust.reload();
    const outcome = await send(anne, { operator, to: [elsewhere], content: letter(anne) });
    assert.equal(said(outcome), '451 4.7.5 trust-space-unknown');
  });

  test('that stands in the way stops the whole of what the CLI and the webmail submit', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    const nobody = addressOf('personne@cabinet.mssante.example');
    const outcome = await send(anne, { to: [marc.address, nobody], content: letter(anne) });
    assert.equal(said(outcome), '550 5.1.1 recipient-unknown');
    assert.equal(outcome.kind === 'refused' && outcome.recipient, nobody);
    assert.equal((await shared.inbox(marc.account)).length, 0);
  });

  test('elsewhere is queued under seal, and its domain woken', async () => {
    const anne = await shared.createDoctor();
    const before = shared.wakings.length;
    const outcome = await send(anne, { to: [elsewhere], content: letter(anne) });
    assert(outcome.kind === 'submitted');
    assert.deepEqual(shared.wakings.slice(before), ['hopital.mssante.example']);
    const [line] = await shared.transfer.deliveryHistory(task, anne.account, outcome.emailId);
    assert.equal(line?.state, 'queued');
    assert.equal(line?.address, elsewhere);
  });
});

describe('the author', () => {
  test('is someone who owns the account, or was given the right to send from it', async () => {
    const [anne, secretary, reader, stranger] = [
      await shared.createDoctor(),
      await shared.createDoctor(),
      await shared.createDoctor(),
      await shared.createDoctor(),
    ];
    for (const [person, right] of [
      [secretary, 'send'],
      [reader, 'read'],
    ] as const) {
      await shared.store.act((act) =>
        shared.store.access.delegate(act, { account: anne.account, personId: person.person.personId, rights: [right] }),
      );
    }
    const as = async (doctor: Doctor, sender: Address, fields: Readonly<Record<string, string>>) =>
      said(await send(doctor, { sender, to: [elsewhere], content: letter(doctor, fields) }));
    const from = (doctor: Doctor) => ({ From: doctor.address });
    assert.equal(await as(anne, anne.address, from(anne)), 'submitted');
    assert.equal(await as(secretary, anne.address, from(anne)), 'submitted');
    assert.equal(await as(secretary, anne.address, { ...from(anne), Sender: secretary.address }), 'submitted');
    assert.equal(await as(secretary, secretary.address, from(anne)), 'submitted');
    assert.equal(await as(reader, anne.address, from(anne)), '553 5.7.1 sender-not-owned');
    assert.equal(await as(stranger, anne.address, from(anne)), '553 5.7.1 sender-not-owned');
    assert.equal(await as(stranger, elsewhere, from(stranger)), '553 5.7.1 sender-not-owned');
    assert.equal(await as(stranger, stranger.address, from(anne)), '550 5.7.1 header-sender-foreign');
    assert.equal(await as(stranger, stranger.address, { From: elsewhere }), '550 5.7.1 header-sender-foreign');
    assert.equal(await as(stranger, stranger.address, { Sender: anne.address }), '550 5.7.1 header-sender-foreign');
    assert.equal(await as(stranger, stranger.address, { from: anne.address }), '550 5.7.1 header-sender-foreign');
    assert.equal(
      await as(stranger, stranger.address, { From: `${stranger.address}, ${anne.address}` }),
      '550 5.7.1 header-sender-foreign',
    );
    assert.equal(await as(stranger, stranger.address, { From: '' }), '554 5.6.0 message-malformed');
  });

  test('is not looked at when the sandbox injects letters of others, and everything else still is', async () => {
    const anne = await shared.createDoctor();
    const content = letter(anne, { From: 'quelqu.un@autre.example' });
    const request = { inject: true };
    assert.equal(said(await send(anne, { to: [elsewhere], content, request })), 'submitted');
    assert.match((await only(anne.account, 'sent')).prefix, /^X-Hygie-Injected: sandbox\r$/m);
    assert.equal(
      said(await send(anne, { to: [addressOf('x@gmail.com')], content, request })),
      '550 5.7.1 recipient-outside-trust-space',
    );
    assert.equal(
      said(await send(anne, { sender: elsewhere, to: [elsewhere], content, request })),
      '553 5.7.1 sender-not-owned',
    );
  });

  // RFC 8098 §3, RFC 5321 §4.5.5
  test('of a receipt without sender is the account that it is written from', async () => {
    const [anne, marc] = [await shared.createDoctor(), await shared.createDoctor()];
    const submitNull = async (content: string) => {
      const admitted = await shared.transfer.submission.authenticate(
        { kind: 'password', authenticationId: anne.login, password: anne.token },
        shared.peer(),
      );
      assert(admitted.kind === 'admitted');
      const opened = await admitted.admission.openTransaction({ sender: null, smtpUtf8: false });
      assert(opened.kind === 'opened');
      await opened.transaction.admitRecipient({ recipient: marc.address });
      const reception = await opened.transaction.receive();
      assert(reception.kind === 'receiving');
      await reception.sink.write(Buffer.from(content));
      const verdict = await reception.sink.commit();
      return verdict.kind === 'accepted' ? 'accepted' : verdict.reply.text;
    };
    const receipt = { 'Content-Type': 'multipart/report; report-type=disposition-notification; boundary=b' };
    const body = '--b\r\n\r\nLu.\r\n--b--\r\n';
    assert.equal(await submitNull(letter(anne)), 'null-sender-not-report');
    assert.equal(await submitNull(letter(marc, receipt, body)), 'header-sender-foreign');
    assert.equal(await submitNull(letter(anne, receipt, body)), 'accepted');
    assert.match((await only(marc.account, 'inbox')).prefix, /^Return-Path: <>/);
    assert.equal((await shared.inbox(anne.account, 'sent')).length, 1);
  });
});
