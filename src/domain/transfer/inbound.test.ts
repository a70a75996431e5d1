import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Scope } from '../../../testkit/database.ts';
import { rawMessage } from '../../../testkit/mail-store.ts';
import { addressOf, dnOf, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import { smtpLimits } from '../../base/limits.ts';
import type { Address } from '../../formats/address/address.ts';
import { postmaster } from '../../formats/smtp/path.ts';
import { refreshCrls } from '../trust/trust.ts';
import type { CommitVerdict, EnvelopeRecipient, SenderEnvelope, Verdict } from './acceptance.ts';

const hourMs = 3_600_000;
const paul = addressOf('paul@hopital.mssante.example');

interface Scene {
  readonly world: TransferWorld;
  readonly cabinet: TestOperator;
  readonly hopital: TestOperator;
}

async function open(t: Scope, options: Parameters<TransferWorld['operator']>[1] = {}): Promise<Scene> {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  return { world, cabinet: await world.operator('cabinet', options), hopital: await world.operator('hopital') };
}

/** For tests that leave operators as they found them: each makes the accounts that it needs. */
const shared = await open({ after });

function letter(fields: Readonly<Record<string, string>> = {}, body?: string): string {
  return rawMessage({ From: 'Dr Paul DURAND <paul@hopital.mssante.example>', ...fields }, body);
}

const report = {
  'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
  From: 'admin@hopital.mssante.example',
};
const reportBody = '--b\r\n\r\nPerdu.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n--b--\r\n';

interface HandOver {
  readonly to: readonly (Address | EnvelopeRecipient)[];
  readonly content: string | Buffer;
  readonly envelope?: Partial<SenderEnvelope>;
}

/** A whole transaction from the hospital; every recipient must be admitted. */
async function handOver({ cabinet, hopital }: Scene, { to, content, envelope }: HandOver): Promise<CommitVerdict> {
  const transaction = await cabinet.open(hopital, { sender: paul, ...envelope });
  for (const each of to) {
    const verdict = await transaction.admitRecipient(typeof each === 'string' ? { recipient: each } : each);
    assert.equal(verdict.kind, 'accepted');
  }
  const reception = await transaction.receive();
  assert(reception.kind === 'receiving');
  await reception.sink.write(Buffer.from(content));
  return reception.sink.commit();
}

function codeOf(verdict: Verdict | CommitVerdict | { kind: 'admitted' | 'opened' }): string {
  if (!('reply' in verdict)) return verdict.kind;
  return `${verdict.reply.code} ${verdict.reply.enhanced} ${verdict.reply.text}`;
}

describe('a peer', () => {
  test('without certificate, of another authority, or on no line of the white list, is not admitted', async () => {
    const { world, cabinet, hopital } = shared;
    const { inbound } = cabinet.transfer;
    const admit = async (chain: readonly Uint8Array[]) =>
      codeOf(await inbound.admitPeer({ ...hopital.peer(), certificateChain: chain }));
    assert.equal(await admit(hopital.peer().certificateChain), 'admitted');
    assert.equal(await admit([]), '550 5.7.1 certificate-missing');
    assert.equal(await admit([Buffer.from('rien')]), '550 5.7.1 certificate-untrusted');
    const outsider = world.trust.authority.issue({ dn: dnOf('ailleurs') });
    const der = Buffer.from(outsider.certificatePem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    assert.equal(await admit([der]), '550 5.7.1 operator-unknown');
  });

  // ANS-REF2 ECO.1.1.6, ANS-REF2 ECO.1.1.7
  test('is turned away once revoked, at its next message, and asked to come back when the revocation list has ended', async (t) => {
    const { world, cabinet, hopital } = await open(t);
    const admitted = await cabinet.transfer.inbound.admitPeer(hopital.peer());
    assert(admitted.kind === 'admitted');
    const mail = async () => codeOf(await admitted.admission.openTransaction({ sender: paul, smtpUtf8: false }));
    assert.equal(await mail(), 'opened');
    world.trust.authority.revoke(hopital.issued.serial);
    world.trust.moveTo(new Date(world.trust.now().getTime() + hourMs));
    await world.trust.publishCrls();
    await refreshCrls(world.trust.deps(cabinet.store.db));
    await cabinet.trust.reload();
    cabinet.store.clock.advance(2 * hourMs);
    assert.equal(await mail(), '550 5.7.1 certificate-revoked');
    cabinet.store.clock.advance(30 * 24 * hourMs);
    assert.equal(await mail(), '451 4.7.5 certificate-status-unknown');
  });

  test('sends only as the domains that the white list gives it', async () => {
    const { cabinet, hopital } = shared;
    const admitted = await cabinet.transfer.inbound.admitPeer(hopital.peer());
    assert(admitted.kind === 'admitted');
    const mail = async (sender: Address | null) =>
      codeOf(await admitted.admission.openTransaction({ sender, smtpUtf8: false }));
    assert.equal(await mail(paul), 'opened');
    assert.equal(await mail(null), 'opened');
    assert.equal(await mail(addressOf('anne@cabinet.mssante.example')), '550 5.7.1 sender-domain-foreign');
    assert.equal(await mail(addressOf('x@gmail.com')), '550 5.7.1 sender-domain-foreign');
  });
});

describe('a recipient', () => {
  // RFC 5321 §3.6.2: no relay; RFC 5321 §4.5.1: postmaster
  test('is one of our open accounts with room, or postmaster or abuse of a domain of ours', async () => {
    const { cabinet, hopital } = shared;
    const anne = await cabinet.createDoctor('anne', 10_000);
    const gone = await cabinet.createDoctor('parti');
    await cabinet.store.act((act) => cabinet.store.mail.closeAccount(act, gone.account));
    const ask = async (recipient: Address | typeof postmaster, sizeBytes?: number) => {
      const transaction = await cabinet.open(hopital, { sender: paul, ...(sizeBytes !== undefined && { sizeBytes }) });
      return codeOf(await transaction.admitRecipient({ recipient }));
    };
    assert.equal(await ask(anne.address), 'accepted');
    assert.equal(await ask(addressOf('Anne@cabinet.mssante.example')), 'accepted');
    assert.equal(await ask(anne.address, 10_000), 'accepted');
    assert.equal(await ask(anne.address, 10_001), '552 5.2.2 mailbox-full');
    assert.equal(await ask(gone.address), '550 5.2.1 mailbox-closed');
    assert.equal(await ask(addressOf('personne@cabinet.mssante.example')), '550 5.1.1 recipient-unknown');
    assert.equal(await ask(paul), '550 5.7.1 recipient-elsewhere');
    for (const role of ['postmaster', 'PostMaster', 'abuse']) {
      assert.equal(await ask(addressOf(`${role}@cabinet.mssante.example`)), 'accepted');
    }
    assert.equal(await ask(postmaster), 'accepted');
  });

  test('that is postmaster reaches the administrator', async (t) => {
    const scene = await open(t);
    await handOver(scene, { to: [{ recipient: postmaster }], content: letter() });
    await handOver(scene, { to: [addressOf('abuse@cabinet.mssante.example')], content: letter() });
    const admin = await scene.cabinet.store.access.findAddress(
      scene.cabinet.store.db,
      addressOf('admin@cabinet.mssante.example'),
    );
    assert(admin !== undefined);
    assert.equal((await scene.cabinet.inbox(admin)).length, 2);
  });

  test('named twice, or by two addresses of one account, gets one copy', async (t) => {
    const scene = await open(t);
    const to = [
      postmaster,
      addressOf('admin@cabinet.mssante.example'),
      addressOf('abuse@cabinet.mssante.example'),
    ] as const;
    await handOver(scene, { to: to.map((recipient) => ({ recipient })), content: letter() });
    const admin = await scene.cabinet.store.access.findAddress(scene.cabinet.store.db, to[1]);
    assert(admin !== undefined);
    assert.equal((await scene.cabinet.inbox(admin)).length, 1);
  });
});

describe('a message', () => {
  // RFC 5321 §4.4
  test('is stored as it came, after its trace fields, which name no recipient', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    const content = letter({ Subject: 'Résultats' }, 'ligne 1\r\n..\r\nfin');
    const verdict = await handOver(scene, { to: [anne.address], content });
    assert(verdict.kind === 'accepted');
    const [email] = await scene.cabinet.inbox(anne.account);
    assert(email !== undefined);
    const bytes = await scene.cabinet.contents(anne.account, email.id);
    assert.equal(bytes.subarray(email.prefixBytes).toString(), content);
    const prefix = bytes.subarray(0, email.prefixBytes).toString();
    assert.match(prefix, /^Return-Path: <paul@hopital\.mssante\.example>\r\nReceived: from mss\.hopital\.example/);
    assert.match(prefix, /with ESMTPS tls TLS_AES_256_GCM_SHA384 \(TLSv1\.3\)/);
    assert.ok(prefix.includes(verdict.reference));
    assert.doesNotMatch(prefix, /anne/);
    assert.deepEqual(email.keywords, []);
  });

  // ANS-REF2 ECO.2.4.3
  test('is counted by whether it names the software that wrote it', async (t) => {
    const scene = await open(t);
    const anne = await scene.cabinet.createDoctor();
    await handOver(scene, { to: [anne.address], content: letter() });
    await handOver(scene, { to: [anne.address], content: letter({ 'x-mss-nil': 'LOGICIEL' }) });
    await handOver(scene, { to: [anne.address], content: letter(report, reportBody), envelope: { sender: null } });
    assert.deepEqual(scene.cabinet.observed.received, ['missing', 'present', 'rightly-absent']);
  });

  // RFC 5321 §6.3
  test('that was relayed too often is taken to loop', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    const relayed = (times: number) =>
      'Received: from a by b; Sun, 22 Nov 2026 11:00:00 +0100\r\n'.repeat(times) + letter();
    const limit = smtpLimits.receivedFields;
    // One Received field is ours.
    assert.equal(codeOf(await handOver(scene, { to: [anne.address], content: relayed(limit - 1) })), 'accepted');
    const verdict = await handOver(scene, { to: [anne.address], content: relayed(limit) });
    assert.equal(codeOf(verdict), '554 5.4.6 message-loop');
    assert.equal((await scene.cabinet.inbox(anne.account)).length, 1);
  });

  // RFC 5321 §4.5.5
  test('without sender is a report, or is refused', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    const envelope = { sender: null };
    const refused = await handOver(scene, { to: [anne.address], content: letter(), envelope });
    assert.equal(codeOf(refused), '550 5.7.1 null-sender-not-report');
    const content = letter(report, reportBody);
    assert.equal(codeOf(await handOver(scene, { to: [anne.address], content, envelope })), 'accepted');
  });

  // RFC 5322 §2.2.3
  test('that begins with white space would continue our trace fields, and is refused', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    const verdict = await handOver(scene, { to: [anne.address], content: ` suite\r\n${letter()}` });
    assert.equal(codeOf(verdict), '554 5.6.0 message-malformed');
  });
});

describe('the author of a message', () => {
  const ambiguous = '554 5.6.0 message-malformed';
  const table: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
    ['of the peer', 'accepted', {}],
    [
      'several of the peer',
      'accepted',
      {
        From: 'paul@hopital.mssante.example, Léa <lea@hopital.mssante.example>',
        Sender: 'paul@hopital.mssante.example',
      },
    ],
    ['of us', '550 5.7.1 header-sender-foreign', { From: 'Dr Anne <anne@cabinet.mssante.example>' }],
    [
      'of another, sent by the peer',
      '550 5.7.1 header-sender-foreign',
      { From: 'anne@cabinet.mssante.example', Sender: 'paul@hopital.mssante.example' },
    ],
    ['of the peer, sent by another', '550 5.7.1 header-sender-foreign', { Sender: 'x@gmail.com' }],
    [
      'one of the peer, one of another',
      '550 5.7.1 header-sender-foreign',
      { From: 'paul@hopital.mssante.example, anne@cabinet.mssante.example' },
    ],
    [
      'in a group',
      '550 5.7.1 header-sender-foreign',
      { From: 'Equipe: paul@hopital.mssante.example, anne@cabinet.mssante.example;' },
    ],
    ['without address', '554 5.6.0 message-malformed', { From: 'Dr Anne MARTIN' }],
    ['malformed', '554 5.6.0 message-malformed', { From: 'Dr Anne <anne@@cabinet>' }],
    ['empty', '554 5.6.0 message-malformed', { From: '' }],
    ['named before the brackets', ambiguous, { From: 'anne@cabinet.mssante.example <paul@hopital.mssante.example>' }],
    ['named twice', 'accepted', { From: 'Paul@hopital.mssante.example <paul@hopital.mssante.example>' }],
    ['beside another', ambiguous, { From: 'anne@cabinet.mssante.example paul@hopital.mssante.example' }],
    ['in a route', ambiguous, { From: '<@cabinet.mssante.example:paul@hopital.mssante.example>' }],
    ['in the name of a group', ambiguous, { From: 'anne@cabinet.mssante.example: paul@hopital.mssante.example;' }],
    ['behind an open comment', ambiguous, { From: 'paul@hopital.mssante.example (, anne@cabinet.mssante.example' }],
    ['in a closed comment', 'accepted', { From: 'paul@hopital.mssante.example (Paul (Dr))' }],
    ['with a wide domain', ambiguous, { From: 'paul@hopital.mssante.ｅxample' }],
    ['hidden in a second From', '550 5.7.1 header-sender-foreign', { from: 'anne@cabinet.mssante.example' }],
    [
      'hidden in the display name',
      'accepted',
      { From: '"anne@cabinet.mssante.example" <paul@hopital.mssante.example>' },
    ],
  ];
  test('is of a domain that the peer answers for, wherever a reader may look', async () => {
    const scene = shared;
    const anne = await scene.cabinet.createDoctor();
    for (const [name, expected, fields] of table) {
      const verdict = await handOver(scene, { to: [anne.address], content: letter(fields) });
      assert.equal(codeOf(verdict), expected, name);
    }
  });

  test('who is not, is let in with a warning when the operator so decides', async (t) => {
    const scene = await open(t, { unverifiedAuthor: 'warn' });
    const anne = await scene.cabinet.createDoctor();
    for (const [, , fields] of table) {
      assert.equal(codeOf(await handOver(scene, { to: [anne.address], content: letter(fields) })), 'accepted');
    }
    const warned = (await scene.cabinet.inbox(anne.account)).filter((email) =>
      email.keywords.includes('$hygie-unverified-author'),
    );
    assert.equal(warned.length, table.filter(([, expected]) => expected !== 'accepted').length);
  });

  test('who is anyone, is let in with a warning when the sandbox marks the letter as injected, and nowhere else', async (t) => {
    const scene = await open(t, { takesInjected: true });
    const anne = await scene.cabinet.createDoctor();
    const foreign = { From: 'x@gmail.com' };
    const injected = letter({ 'X-Hygie-Injected': 'sandbox', ...foreign });
    assert.equal(codeOf(await handOver(scene, { to: [anne.address], content: injected })), 'accepted');
    const [email] = await scene.cabinet.inbox(anne.account);
    assert.ok(email?.keywords.includes('$hygie-unverified-author'));
    const refusal = '550 5.7.1 header-sender-foreign';
    assert.equal(codeOf(await handOver(scene, { to: [anne.address], content: letter(foreign) })), refusal);
    const elsewhere = await shared.cabinet.createDoctor();
    assert.equal(codeOf(await handOver(shared, { to: [elsewhere.address], content: injected })), refusal);
  });
});
