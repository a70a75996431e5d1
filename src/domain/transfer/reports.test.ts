import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import { rawMessage, task } from '../../../testkit/mail-store.ts';
import { startScriptedPeer } from '../../../testkit/scripted-smtp-peer.ts';
import { addressOf, domainName, TransferWorld } from '../../../testkit/transfer-world.ts';
import { mailLimits, smtpClientLimits, transferLimits } from '../../base/domain-limits.ts';
import type { Address } from '../../formats/address/address.ts';
import { tlsFloor } from '../../platform/tls/tls.ts';

const hopital = domainName('hopital.mssante.example');

interface Refused {
  readonly recipients: number;
  /** The peer's answer to each RCPT. */
  readonly answer: string;
  readonly content?: string;
  readonly ret?: 'FULL';
}

/** The reports that an author gets on a message that the hospital refuses for each recipient. */
async function reportsOn(t: TestContext, { recipients, answer, content, ret }: Refused): Promise<readonly string[]> {
  const world = await TransferWorld.open(t, ['cabinet', 'hopital']);
  const cabinet = await world.operator('cabinet');
  const anne = await cabinet.createDoctor('anne');
  const { keyPem, chainPem } = world.issue('hopital');
  const peer = await startScriptedPeer(createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem }), {
    answer: (line) => (line.startsWith('RCPT') ? `${answer}\r\n` : undefined),
  });
  t.after(() => peer.stop());
  world.routes[hopital] = { host: '127.0.0.1', port: peer.port };
  const outcome = await cabinet.transfer.submit(
    { actor: { kind: 'person', personId: anne.person.personId }, reason: 'test' },
    {
      sender: anne.address,
      recipients: Array.from({ length: recipients }, (_, index) => ({ recipient: recipientOf(index) })),
      ...(ret !== undefined && { ret }),
      content: (async function* () {
        yield Buffer.from(content ?? rawMessage({ From: anne.address, Subject: 'Courrier' }));
      })(),
    },
  );
  assert(outcome.kind === 'submitted');
  assert.deepEqual(await cabinet.transfer.sendDue(hopital), { kind: 'done', messages: 1 });
  const lines = await cabinet.transfer.deliveryHistory(task, anne.account, outcome.emailId);
  assert.ok(lines.every((line) => line.state === 'failed'));
  const emails = await cabinet.inbox(anne.account);
  return Promise.all(emails.map(async ({ id }) => (await cabinet.contents(anne.account, id)).toString()));
}

function recipientOf(index: number): Address {
  return addressOf(`${'d'.repeat(40)}${index}@${hopital}`);
}

describe('a report', () => {
  test('on all recipients of a transaction, each refused at length, reaches the author in parts that are held', async (t) => {
    const recipients = transferLimits.recipientsPerTransaction;
    const answer = `550 5.1.1 ${'é'.repeat(2 * smtpClientLimits.keptReplyChars)}`.slice(0, 500);
    const reports = await reportsOn(t, { recipients, answer });
    assert.ok(reports.length > 1);
    for (const report of reports) assert.ok(Buffer.byteLength(report) <= mailLimits.inlineContentBytes);
    for (let index = 0; index < recipients; index += 1) {
      const about = reports.filter((report) => report.includes(` ${recipientOf(index)}\r\n`));
      assert.equal(about.length, 1, recipientOf(index));
    }
  });

  test('on one recipient is held, however long the answer and what it gives back', async (t) => {
    const lines = Array.from({ length: 10 }, () => `550-5.1.1 ${'é'.repeat(240)}`);
    const header =
      'From: anne@cabinet.mssante.example\r\nX-MSS-NIL: L\r\nMessage-ID: <1@x>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n';
    const content = `${header}${'x'.repeat(76)}\r\n`.padEnd(
      transferLimits.returnedMessageBytes - 2,
      `${'x'.repeat(76)}\r\n`,
    );
    const [report, ...more] = await reportsOn(t, {
      recipients: 1,
      answer: [...lines, '550 5.1.1 fin'].join('\r\n'),
      content: `${content.slice(0, -2)}\r\n`,
      ret: 'FULL',
    });
    assert(report !== undefined && more.length === 0);
    assert.ok(report.includes('message/rfc822'));
    assert.ok(Buffer.byteLength(report) <= transferLimits.reportBytes);
  });
});
