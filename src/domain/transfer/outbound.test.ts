import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { sql } from 'kysely';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { type Script, type ScriptedPeer, startScriptedPeer } from '../../../testkit/scripted-smtp-peer.ts';
import { addressOf, dnOf, domainName, type TestOperator, TransferWorld } from '../../../testkit/transfer-world.ts';
import { transferLimits } from '../../base/domain-limits.ts';
import { newId } from '../../base/ids.ts';
import type { Address } from '../../formats/address/address.ts';
import { tlsFloor } from '../../platform/tls/tls.ts';
import { refreshWhiteList } from '../trust/trust.ts';
import type { EnvelopeRecipient } from './acceptance.ts';
import { enqueueMessage } from './enqueue.ts';
import { leaseNext, takeSlot } from './queue-rows.ts';

const hopital = domainName('hopital.mssante.example');
const paul = addressOf('paul@hopital.mssante.example');
const lea = addressOf('lea@hopital.mssante.example');
const hourMs = 3_600_000;

type Doctor = Awaited<ReturnType<TestOperator['createDoctor']>>;

interface Scene {
  readonly world: TransferWorld;
  readonly cabinet: TestOperator;
  readonly anne: Doctor;
}

async function open(t: TestContext, options: Parameters<TransferWorld['operator']>[1] = {}): Promise<Scene> {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  const cabinet = await world.operator('cabinet', options);
  return { world, cabinet, anne: await cabinet.createDoctor('anne') };
}

/** A scripted hospital; `issuedTo` is whose certificate it shows. */
async function script(t: TestContext, { world }: Scene, given: Script, issuedTo = 'hopital'): Promise<ScriptedPeer> {
  const { keyPem, chainPem } = world.issue(issuedTo);
  const peer = await startScriptedPeer(createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem }), given);
  t.after(() => peer.stop());
  world.routes[hopital] = { host: '127.0.0.1', port: peer.port };
  return peer;
}

interface Sending {
  readonly to?: readonly (Address | EnvelopeRecipient)[];
  readonly content?: string;
  readonly ret?: 'FULL' | 'HDRS';
}

async function submit({ cabinet, anne }: Scene, { to = [paul], content, ret }: Sending = {}) {
  const bytes = content ?? rawMessage({ From: anne.address, Subject: 'Courrier' });
  const outcome = await cabinet.transfer.submit(
    { actor: { kind: 'person', personId: anne.person.personId }, reason: 'test' },
    {
      sender: anne.address,
      ...(ret !== undefined && { ret }),
      recipients: to.map((each) => (typeof each === 'string' ? { recipient: each } : each)),
      content: (async function* () {
        yield Buffer.from(bytes);
      })(),
    },
  );
  assert(outcome.kind === 'submitted');
  return outcome.emailId;
}

type EmailId = Awaited<ReturnType<typeof submit>>;

async function statesOf({ cabinet, anne }: Scene, emailId: EmailId): Promise<readonly string[]> {
  const lines = await cabinet.transfer.deliveryHistory(task, anne.account, emailId);
  return lines.map((line) => [line.state, line.cause, line.status].filter((part) => part !== null).join(' '));
}

/** The texts of the reports that the author got, the oldest first. */
async function reportsOf({ cabinet, anne }: Scene): Promise<readonly string[]> {
  const texts: string[] = [];
  for (const email of await cabinet.inbox(anne.account)) {
    assert.equal(email.structure.root.subtype, 'report');
    texts.push((await cabinet.contents(anne.account, email.id)).toString());
  }
  return texts;
}

/** No message waits, and none is kept once final. */
async function assertNothingKept({ cabinet }: Scene): Promise<void> {
  const left = await sql<{ count: number }>`
    select count(*) from transfer.message where finished_at is null or wrapped_key is not null
       or sealed_envelope is not null or sealed_content is not null or blob_id is not null`.execute(cabinet.store.db);
  assert.equal(left.rows[0]?.count, 0);
}

function answerOf(reply: string): string {
  return /^\d/.test(reply) ? `${reply}\r\n` : reply;
}

function answering(verb: string, reply: string): Script {
  return { answer: (line) => (line.startsWith(verb) ? answerOf(reply) : undefined) };
}

describe('sending', () => {
  test('hands a message over whole, over one connection for all that is due, and keeps nothing of it', async (t) => {
    const scene = await open(t);
    const peer = await script(t, scene, {});
    const content = rawMessage({ From: scene.anne.address, 'X-MSS-NIL': 'L' }, '.point\r\nfin\r\n');
    const first = await submit(scene, { to: [paul, { recipient: lea, notify: ['FAILURE'] }], content });
    const second = await submit(scene);
    assert.deepEqual(await scene.cabinet.transfer.sendDue(hopital), { kind: 'done', messages: 2 });
    assert.deepEqual(await statesOf(scene, first), ['accepted 2.0.0', 'accepted 2.0.0']);
    assert.deepEqual(await statesOf(scene, second), ['accepted 2.0.0']);
    assert.equal(peer.lines.filter((line) => line === 'STARTTLS').length, 1);
    assert.ok(peer.lines.includes(`RCPT TO:<${lea}> NOTIFY=FAILURE`));
    assert.ok(peer.lines.includes(`${content.replace('\r\n.point', '\r\n..point')}.\r\n`));
    assert.deepEqual(await reportsOf(scene), []);
    assert.deepEqual(await scene.cabinet.transfer.sendDue(hopital), { kind: 'idle', messages: 0 });
    await assertNothingKept(scene);
  });

  test('between two operators gives the other side the very bytes, large or small', async (t) => {
    const scene = await open(t);
    const other = await scene.world.operator('hopital');
    await scene.world.serve(other);
    const paulHere = await other.createDoctor('paul');
    for (const body of ['court\r\n', `${'é'.repeat(300)}\r\n`.repeat(400)]) {
      const content = rawMessage({ From: scene.anne.address, 'X-MSS-NIL': 'L' }, body);
      other.store.clock.advance(1_000);
      await submit(scene, { content });
      await scene.cabinet.drain(hopital);
      const email = (await other.inbox(paulHere.account)).at(-1);
      assert(email !== undefined);
      const bytes = await other.contents(paulHere.account, email.id);
      assert.equal(bytes.subarray(email.prefixBytes).toString(), content);
    }
    await assertNothingKept(scene);
  });

  test('stops at the bound of one connection, and says that there is more', async (t) => {
    const scene = await open(t);
    await script(t, scene, {});
    for (let n = 0; n <= transferLimits.messagesPerConnection; n += 1) await submit(scene);
    const run = await scene.cabinet.transfer.sendDue(hopital);
    assert.deepEqual(run, { kind: 'more', messages: transferLimits.messagesPerConnection });
    assert.deepEqual(await scene.cabinet.transfer.sendDue(hopital), { kind: 'done', messages: 1 });
  });
});

describe('a peer that cannot be trusted', () => {
  // ANS-REF2 ECO.1.1.10, ANS-REF2 ECO.1.1.6
  test('gets nothing: the message waits and somebody is told', async (t) => {
    for (const [name, script_, issuedTo] of [
      ['no TLS', { clear: ['PIPELINING'] }, 'hopital'],
      ['another operator', {}, 'cabinet'],
      ['not on the list', {}, 'ailleurs'],
    ] as const) {
      const scene = await open(t);
      const peer = await script(t, scene, script_, issuedTo);
      const email = await submit(scene);
      await scene.cabinet.drain(hopital);
      assert.deepEqual(await statesOf(scene, email), ['deferred untrusted 4.7.5'], name);
      assert.deepEqual(scene.cabinet.observed.alerts, ['peer-untrusted'], name);
      assert.ok(!peer.lines.some((line) => line.startsWith('MAIL')), name);
    }
  });

  test('because its domain left the trust space since, ends the message', async (t) => {
    const scene = await open(t);
    const email = await submit(scene);
    const { trust } = scene.world;
    trust.moveTo(new Date(trust.now().getTime() + hourMs));
    await trust.publishList([{ domain: 'cabinet.mssante.example', dn: dnOf('cabinet') }]);
    await refreshWhiteList(trust.deps(scene.cabinet.store.db), { acceptShrink: true });
    await scene.cabinet.trust.reload();
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(scene, email), ['failed domain-left 5.7.1']);
    assert.match((await reportsOf(scene))[0] ?? '', /ne fait plus partie de l/);
  });
});

describe('a refusal', () => {
  // RFC 3464 §2.3, RFC 3461 §6.2
  test('for good is reported in French, with the answer as it was, once for all its recipients', async (t) => {
    const scene = await open(t);
    await script(t, scene, answering('RCPT TO:<paul', '550 5.1.1 No such user here'));
    const email = await submit(scene, { to: [paul, lea] });
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(scene, email), ['failed recipient-unknown 5.1.1', 'accepted 2.0.0']);
    const [report, ...others] = await reportsOf(scene);
    assert.deepEqual(others, []);
    assert.match(
      report ?? '',
      /Action: failed\r\nStatus: 5\.1\.1\r\nRemote-MTA: dns; 127\.0\.0\.1\r\nDiagnostic-Code: smtp; 550 5\.1\.1 No such user/,
    );
    assert.match(report ?? '', /n=?'existe pas|n'existe=\r\n pas|existe/);
    assert.match(report ?? '', /text\/rfc822-headers/);
    assert.doesNotMatch(report ?? '', /lea@hopital/);
    assert.deepEqual(scene.cabinet.observed.reported, ['failed 1']);
    await assertNothingKept(scene);
  });

  test('is not reported when the author asked for none', async (t) => {
    const scene = await open(t);
    await script(t, scene, answering('RCPT', '550 5.1.1 no'));
    await submit(scene, { to: [{ recipient: paul, notify: [] }] });
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await reportsOf(scene), []);
  });

  // RFC 5321 §6.1, RFC 3461 §6.1
  test('of a report is reported to nobody', async (t) => {
    const scene = await open(t);
    await script(t, scene, answering('RCPT', '550 5.1.1 no'));
    const { cabinet } = scene;
    const bytes = Buffer.from(rawMessage({ 'Content-Type': 'multipart/report; boundary=b' }));
    await cabinet.store.act(async (act) => {
      await enqueueMessage(cabinet.parts, act, {
        tenantId: cabinet.tenantId,
        envelope: { sender: null, is8Bit: false, hasWideHeader: false },
        content: { kind: 'inline', bytes },
        outgoing: [{ address: paul }],
      });
    });
    await cabinet.drain(hopital);
    assert.deepEqual(cabinet.observed.sent, ['failed']);
    assert.deepEqual(cabinet.observed.reported, []);
    await assertNothingKept(scene);
  });

  // RFC 3461 §4.3
  test('gives the message back whole when asked and small enough, its header otherwise', async (t) => {
    const scene = await open(t);
    await script(t, scene, answering('RCPT', '550 5.1.1 no'));
    const letterOf = (bytes: number) => {
      const head = rawMessage({ From: scene.anne.address, 'X-MSS-NIL': 'L' }, '');
      return `${head}${'ligne de texte.\r\n'.repeat(5_000).slice(0, bytes - head.length - 2)}\r\n`;
    };
    const cases = [
      [undefined, 3_000, 'text/rfc822-headers'],
      ['HDRS', 3_000, 'text/rfc822-headers'],
      ['FULL', transferLimits.returnedMessageBytes, 'message/rfc822'],
      ['FULL', transferLimits.returnedMessageBytes + 1, 'text/rfc822-headers'],
    ] as const;
    for (const [ret, bytes, type] of cases) {
      scene.cabinet.store.clock.advance(1_000);
      await submit(scene, { content: letterOf(bytes), ...(ret !== undefined && { ret }) });
      await scene.cabinet.drain(hopital);
      const report = (await reportsOf(scene)).at(-1) ?? '';
      assert.ok(report.includes(`Content-Type: ${type}`), `${ret} ${bytes}`);
    }
  });

  test('of a domain that opens on demand, or of a patient, is explained as what it is', async (t) => {
    const opening = await open(t, { optInDomains: [hopital] });
    await script(t, opening, answering('RCPT', '550 5.7.1 Refused'));
    const first = await submit(opening);
    await opening.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(opening, first), ['failed interoperability-off 5.7.1']);
    const patients = await open(t, { patientDomains: [hopital] });
    await script(t, patients, answering('RCPT', '550 5.1.1 Unknown'));
    const second = await submit(patients);
    await patients.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(patients, second), ['failed patient-closed 5.1.1']);
  });

  test('for now is tried again after its pause, by the sweep, until it is taken', async (t) => {
    const scene = await open(t);
    let isBusy = true;
    await script(t, scene, {
      answer: (line) => (isBusy && line.startsWith('RCPT') ? '451 4.3.0 later\r\n' : undefined),
    });
    const email = await submit(scene);
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(scene, email), ['deferred peer-busy 4.3.0']);
    assert.equal((await scene.cabinet.transfer.sweep()).woken, 0);
    isBusy = false;
    scene.cabinet.store.clock.advance(60_000);
    assert.equal((await scene.cabinet.transfer.sweep()).woken, 1);
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(scene, email), ['accepted 2.0.0']);
  });

  // RFC 5321 §4.5.4.1, RFC 3463 §3.5
  test('that lasts is told after four hours, and ends after two days', async (t) => {
    const scene = await open(t);
    await script(t, scene, answering('MAIL', '451 4.3.2 not now'));
    const email = await submit(scene);
    const start = scene.cabinet.store.clock.now().getTime();
    for (let hours = 0; hours <= 49; hours += 1) {
      await scene.cabinet.drain(hopital);
      const elapsed = (scene.cabinet.store.clock.now().getTime() - start) / hourMs;
      const expected = elapsed < 4 ? 0 : elapsed < 48 ? 1 : 2;
      assert.equal((await reportsOf(scene)).length, expected, `after ${elapsed} hours`);
      scene.cabinet.store.clock.advance(hourMs);
    }
    assert.deepEqual(await statesOf(scene, email), ['expired peer-busy 4.3.2']);
    const [delay, failure] = await reportsOf(scene);
    assert.match(delay ?? '', /Action: delayed/);
    assert.match(delay ?? '', /Will-Retry-Until: /);
    assert.match(failure ?? '', /Status: 5\.4\.7/);
    assert.match(failure ?? '', /48 heures/);
    await assertNothingKept(scene);
  });

  // RFC 5321 §4.5.3.1.10
  test('of too many recipients sends to the others at once, in another transaction', async (t) => {
    const scene = await open(t);
    let seen = 0;
    const peer = await script(t, scene, {
      answer: (line) => {
        if (line.startsWith('MAIL')) seen = 0;
        if (line.startsWith('RCPT')) seen += 1;
        return line.startsWith('RCPT') && seen > 2 ? '452 4.5.3 too many\r\n' : undefined;
      },
    });
    const to = [1, 2, 3, 4, 5].map((n) => addressOf(`d${n}@hopital.mssante.example`));
    const email = await submit(scene, { to });
    await scene.cabinet.drain(hopital);
    assert.deepEqual(new Set(await statesOf(scene, email)), new Set(['accepted 2.0.0']));
    assert.equal(peer.lines.filter((line) => line === 'DATA').length, 3);
  });
});

// RFC 3461 §5.2.2
describe('a report of success', () => {
  test('is ours when the peer reports nothing, and the peer’s own when it does', async (t) => {
    for (const [secured, expected] of [
      [['PIPELINING', '8BITMIME'], 1],
      [undefined, 0],
    ] as const) {
      const scene = await open(t);
      await script(t, scene, secured === undefined ? {} : { secured });
      await submit(scene, { to: [{ recipient: paul, notify: ['SUCCESS'] }] });
      await scene.cabinet.drain(hopital);
      const reports = await reportsOf(scene);
      assert.equal(reports.length, expected);
      if (expected === 1) assert.match(reports[0] ?? '', /Action: relayed/);
    }
  });
});

describe('a connection', () => {
  test('that breaks is opened again, and another host tried, before the message is put off', async (t) => {
    const scene = await open(t);
    let contents = 0;
    // The first connection dies after one message, as servers that count them do.
    await script(t, scene, {
      answer: (line) => {
        if (line.startsWith('MAIL')) contents += 1;
        return contents === 2 && line.startsWith('MAIL') ? 'close' : undefined;
      },
    });
    const emails = [await submit(scene), await submit(scene), await submit(scene)];
    await scene.cabinet.drain(hopital);
    for (const email of emails) assert.deepEqual(await statesOf(scene, email), ['accepted 2.0.0']);
  });

  // RFC 5321 §4.1.1.4
  test('lost before the answer leads to another attempt later, not to a bounce', async (t) => {
    const scene = await open(t);
    await script(t, scene, answering('.', 'close'));
    const email = await submit(scene);
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(scene, email), ['deferred interrupted 4.4.2']);
  });

  test('that nobody takes puts all the messages of the domain off', async (t) => {
    const scene = await open(t);
    const peer = await script(t, scene, {});
    await peer.stop();
    const emails = [await submit(scene), await submit(scene)];
    await scene.cabinet.drain(hopital);
    for (const email of emails) assert.deepEqual(await statesOf(scene, email), ['deferred unreachable 4.4.1']);
  });
});

describe('workers', () => {
  test('that die give back what they held, slots included, within a minute', async (t) => {
    const scene = await open(t);
    await script(t, scene, {});
    const { db, clock } = scene.cabinet.store;
    const email = await submit(scene);
    const now = clock.now();
    const dead = { id: newId(), now, until: new Date(now.getTime() + transferLimits.leaseMs) };
    assert.equal(await takeSlot(db, hopital, dead, 1), true);
    assert.equal((await leaseNext(db, hopital, dead))?.recipients.length, 1);
    assert.deepEqual(await scene.cabinet.transfer.sendDue(hopital), { kind: 'idle', messages: 0 });
    assert.deepEqual(await statesOf(scene, email), ['sending']);
    clock.advance(transferLimits.leaseMs - 1);
    assert.deepEqual(await scene.cabinet.transfer.sendDue(hopital), { kind: 'idle', messages: 0 });
    clock.advance(1);
    assert.equal((await scene.cabinet.transfer.sweep()).woken, 1);
    assert.deepEqual(await scene.cabinet.transfer.sendDue(hopital), { kind: 'done', messages: 1 });
    assert.deepEqual(await statesOf(scene, email), ['accepted 2.0.0']);
  });

  test('share a domain without sending anything twice, within its slots', async (t) => {
    const scene = await open(t);
    const peer = await script(t, scene, {});
    for (let n = 0; n < 30; n += 1) await submit(scene);
    const runs = await Promise.all(
      Array.from({ length: transferLimits.connectionsPerDomain + 2 }, () => scene.cabinet.transfer.sendDue(hopital)),
    );
    assert.equal(
      runs.reduce((sum, run) => sum + run.messages, 0),
      30,
    );
    assert.equal(peer.lines.filter((line) => line === 'DATA').length, 30);
    assert.ok(runs.filter((run) => run.kind === 'busy').length >= 2 || runs.some((run) => run.kind === 'idle'));
  });

  test('find no free slot while others hold them all, and one once a lease has run out', async (t) => {
    const scene = await open(t);
    const { db, clock } = scene.cabinet.store;
    const leaseOf = () => {
      const now = clock.now();
      return { id: newId(), now, until: new Date(now.getTime() + transferLimits.leaseMs) };
    };
    assert.equal(await takeSlot(db, hopital, leaseOf(), 2), true);
    assert.equal(await takeSlot(db, hopital, leaseOf(), 2), true);
    assert.equal(await takeSlot(db, hopital, leaseOf(), 2), false);
    clock.advance(transferLimits.leaseMs);
    assert.equal(await takeSlot(db, hopital, leaseOf(), 2), true);
  });
});

describe('our own copy', () => {
  test('that no longer opens ends its recipients and raises an alarm', async (t) => {
    const scene = await open(t);
    await script(t, scene, {});
    const email = await submit(scene);
    await sql`update transfer.message set sealed_content = set_byte(sealed_content, 20, get_byte(sealed_content, 20) # 1)`.execute(
      scene.cabinet.store.db,
    );
    await scene.cabinet.drain(hopital);
    assert.deepEqual(await statesOf(scene, email), ['failed copy-damaged 5.3.0']);
    assert.deepEqual(scene.cabinet.observed.alerts, ['own-copy-damaged']);
    await assertNothingKept(scene);
  });
});
