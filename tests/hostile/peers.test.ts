/** Whom an operator believes, both ways, through the product as it is composed: real servers, real lists, real sockets. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { smtpLimits } from '../../src/base/limits.ts';
import { parseDomain } from '../../src/formats/address/address.ts';
import { tlsFloor } from '../../src/platform/tls/tls.ts';
import { createAuthority, type Issued, type IssueOptions } from '../../testkit/authority/authority.ts';
import { createTrustWorld } from '../../testkit/authority/trust-world.ts';
import { rawMessage } from '../../testkit/mail-store.ts';
import { type ScriptedPeer, startScriptedPeer } from '../../testkit/scripted-smtp-peer.ts';
import { ServedOperator } from '../../testkit/served-operator.ts';
import { SmtpTestClient } from '../../testkit/smtp-client.ts';
import { dnOf } from '../../testkit/transfer-world.ts';

const dayMs = 24 * 3_600_000;
const at = new Date();
/** Operators that the test plays; each is on the white list for `<name>.mssante.example`, and routed to. */
const names = ['cabinet', 'citoyens', 'clinique', 'labo', 'ehpad', 'radio', 'maison', 'nu', 'clair'];
const domainOf = (name: string): string => `${name}.mssante.example`;

const world = await createTrustWorld({ after }, { at });
const { authority } = world;
const stranger = createAuthority({ name: 'AUTRE', at });
await world.publishList([...names, 'hopital', 'prudent'].map((name) => ({ domain: domainOf(name), dn: dnOf(name) })));

function issue(name: string, options: Partial<IssueOptions> = {}): Issued {
  return authority.issue({ dn: dnOf(name), ...options });
}

function issueRevoked(name: string): Issued {
  const issued = issue(name);
  authority.revoke(issued.serial);
  return issued;
}

const revokedPeer = issueRevoked('cabinet');
const expired = { notBefore: new Date(at.getTime() - 10 * dayMs), notAfter: new Date(at.getTime() - dayMs) };
const notYet = { notBefore: new Date(at.getTime() + dayMs), notAfter: new Date(at.getTime() + 10 * dayMs) };

function contextOf({ keyPem, chainPem }: Issued): SecureContext {
  return createSecureContext({ ...tlsFloor, key: keyPem, cert: chainPem });
}

/** What each peer presents when we come to it. */
const presented: Readonly<Record<string, SecureContext>> = {
  clinique: contextOf(issue('clinique')),
  citoyens: contextOf(issue('cabinet')), // a certificate for another domain
  labo: contextOf(issue('labo', expired)),
  ehpad: contextOf(issueRevoked('ehpad')),
  radio: contextOf(stranger.issue({ dn: dnOf('radio') })),
  maison: contextOf(issue('inconnu')), // on no line of the white list
  nu: createSecureContext(tlsFloor), // no certificate at all
  clair: contextOf(issue('clair')), // offers no TLS
};
await world.publishCrls({ nextUpdate: new Date(at.getTime() + 30 * dayMs) });

const routed = new Map<string, ScriptedPeer>();
for (const [name, context] of Object.entries(presented)) {
  const peer = await startScriptedPeer(context, name === 'clair' ? { clear: ['PIPELINING'] } : {});
  after(() => peer.stop());
  routed.set(domainOf(name), peer);
}

const routes = Object.fromEntries([...routed].map(([domain, { port }]) => [domain, port]));
const hopital = await ServedOperator.start({ after }, world, { name: 'hopital', accounts: ['rachid'], routes });
const prudent = await ServedOperator.start({ after }, world, {
  name: 'prudent',
  accounts: ['rachid'],
  foreignFrom: 'warn',
});

interface HandOver {
  readonly context: SecureContext | undefined;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly content?: string;
}

function letter(from: string, fields: Readonly<Record<string, string>> = {}): string {
  return rawMessage({ From: from, 'X-MSS-NIL': 'ESSAI', ...fields });
}

/** One message over one connection; the first refusal, or the answer to the content. */
async function handOver(operator: ServedOperator, { context, from, to, content }: HandOver): Promise<string> {
  const sender = from ?? `paul@${domainOf('cabinet')}`;
  const client = await SmtpTestClient.connectSecurely(operator.ports.smtp, context);
  const replies = await client.sendMessage({
    from: sender,
    to: to ?? [`rachid@${operator.domain}`],
    content: content ?? letter(sender),
  });
  await client.quit();
  const reply = replies.find(({ code }) => code >= 400) ?? replies.at(-1);
  return `${reply?.code} ${reply?.enhanced} ${reply?.lines.join(' ')}`;
}

describe('a peer that comes to us', () => {
  // ANS-REF2 ECO.1.1.5, ANS-REF2 ECO.1.1.6, ANS-REF2 ECO.1.1.10
  const table: readonly (readonly [name: string, context: SecureContext | undefined, answer: RegExp])[] = [
    ['on the white list for the domain', contextOf(issue('cabinet')), /^250 2\.0\.0/],
    ['with a certificate for another domain', contextOf(issue('citoyens')), /^550 5\.7\.1 .*cabinet\.mssante\.example/],
    ['with an expired certificate', contextOf(issue('cabinet', expired)), /^550 5\.7\.1 .*plus valable/],
    ['with a certificate that is not valid yet', contextOf(issue('cabinet', notYet)), /^550 5\.7\.1 .*valable/],
    ['with a revoked certificate', contextOf(revokedPeer), /^550 5\.7\.1 Le certificat client est revoque/],
    [
      'with a certificate of another authority',
      contextOf(stranger.issue({ dn: dnOf('cabinet') })),
      /^550 5\.7\.1 .*autorite/,
    ],
    ['of the authority, on no line of the white list', contextOf(issue('inconnu')), /^550 5\.7\.1 .*aucun domaine/],
    ['without certificate', undefined, /^550 5\.7\.1 Certificat client requis/],
  ];
  for (const [name, context, answer] of table) {
    test(`${name} is ${answer.source.startsWith('^250') ? 'heard' : 'refused, and leaves nothing'}`, async () => {
      const before = (await hopital.inbox('rachid')).length;
      assert.match(await handOver(hopital, { context }), answer);
      assert.equal((await hopital.inbox('rachid')).length - before, answer.source.startsWith('^250') ? 1 : 0);
    });
  }

  test('writes as its own people, in the envelope and in the header', async () => {
    const context = contextOf(issue('cabinet'));
    const foreign = letter(`lea@${domainOf('citoyens')}`);
    assert.match(await handOver(hopital, { context, content: foreign }), /^550 5\.7\.1 L'auteur inscrit/);
    assert.match(
      await handOver(hopital, { context, from: `x@${hopital.domain}` }),
      /^550 5\.7\.1 .*domaine expediteur/,
    );
    assert.match(await handOver(hopital, { context, from: 'x@gmail.com' }), /^550 5\.7\.1 .*gmail\.com/);
  });

  test('that writes as another is heard with a warning where the operator wants it so', async () => {
    const from = `lea@${domainOf('citoyens')}`;
    const context = contextOf(issue('cabinet'));
    assert.match(await handOver(prudent, { context, content: letter(from) }), /^250/);
    assert.match(await handOver(prudent, { context }), /^250/);
    assert.match(await handOver(prudent, { context: contextOf(issue('inconnu')) }), /^550 5\.7\.1/);
    const received = await prudent.inbox('rachid');
    assert.deepEqual(
      received.map(({ summary }) => summary.keywords.includes('$hygie-unverified-author')),
      [true, false],
    );
  });

  // RFC 5321 §4.5.1, RFC 2142
  test('reaches the administrator by postmaster and abuse', async () => {
    const context = contextOf(issue('cabinet'));
    for (const to of ['postmaster', `Postmaster@${hopital.domain}`, `abuse@${hopital.domain}`]) {
      assert.match(await handOver(hopital, { context, to: [to] }), /^250/, to);
    }
    assert.equal((await hopital.inbox('administrateur')).length, 3);
  });

  // RFC 5321 §6.3
  test('hands nothing over that turns in circles', async () => {
    const trace = 'Received: from a.example by b.example; Sun, 22 Nov 2026 11:00:00 +0100\r\n';
    const context = contextOf(issue('cabinet'));
    const own = letter(`paul@${domainOf('cabinet')}`);
    const looping = trace.repeat(smtpLimits.receivedFields) + own; // and our own
    assert.match(await handOver(hopital, { context, content: looping }), /^554 5\.4\.6/);
    const relayed = trace.repeat(smtpLimits.receivedFields - 1) + own;
    assert.match(await handOver(hopital, { context, content: relayed }), /^250/);
  });

  // RFC 5321 §4.2.5: the peer that missed our answer says everything again.
  test('that says everything again is told 250 again, and is heard once', async () => {
    const content = letter(`paul@${domainOf('cabinet')}`, { Subject: 'une seule fois' });
    const before = (await hopital.inbox('rachid')).length;
    for (let time = 0; time < 3; time += 1) {
      assert.match(await handOver(hopital, { context: contextOf(issue('cabinet')), content }), /^250/);
    }
    assert.equal((await hopital.inbox('rachid')).length - before, 1);
  });

  // RFC 5321 §4.5.5
  test('writes without sender only to report', async () => {
    const context = contextOf(issue('cabinet'));
    const own = `postmaster@${domainOf('cabinet')}`;
    assert.match(await handOver(hopital, { context, from: '', content: letter(own) }), /^550 5\.7\.1 .*rapport/);
    const type = { 'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b' };
    const body = '--b\r\n\r\nPerdu.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n--b--\r\n';
    const report = rawMessage({ From: own, ...type }, body);
    assert.match(await handOver(hopital, { context, from: '', content: report }), /^250/);
    const foreign = rawMessage({ From: `x@${domainOf('citoyens')}`, ...type }, body);
    assert.match(await handOver(hopital, { context, from: '', content: foreign }), /^550 5\.7\.1/);
  });
});

describe('a peer that we come to', () => {
  async function submit(...domains: readonly string[]): Promise<void> {
    const client = await SmtpTestClient.connectSecurely(hopital.ports.submission);
    await client.authPlain(hopital.person.login, hopital.person.appPassword);
    const from = `rachid@${hopital.domain}`;
    const to = domains.map((domain) => `paul@${domain}`);
    const replies = await client.sendMessage({ from, to, content: letter(from) });
    assert.equal(replies.at(-1)?.code, 250);
    await client.quit();
  }

  /** The queue as `domain state cause status`, once `isReached` says that it is what the test waits for. */
  async function queueOnce(isReached: (queue: readonly string[]) => boolean): Promise<readonly string[]> {
    for (let tries = 0; ; tries += 1) {
      const entries = await hopital.product.transfer.listQueue({ kind: 'system', task: 'test' });
      const queue = entries.map((one) => `${one.domain} ${one.state} ${one.lastCause} ${one.lastStatus}`).sort();
      if (isReached(queue)) return queue;
      assert.ok(tries < 200, `the queue stays at ${queue.join(', ')}`);
      await sleep(50);
    }
  }

  const isSettled = (queue: readonly string[]): boolean => queue.every((entry) => entry.includes(' deferred '));

  // ANS-REF2 ECO.1.1.6, ANS-REF2 ECO.1.1.10
  test('is given our mail when it is who the white list says, and else the mail waits', async () => {
    await submit(...routed.keys());
    const untrusted = [...routed.keys()].filter((domain) => domain !== domainOf('clinique')).sort();
    assert.deepEqual(
      await queueOnce(isSettled),
      untrusted.map((domain) => `${domain} deferred untrusted 4.7.5`),
    );
    for (const [domain, peer] of routed) {
      const heard = peer.lines.some((line) => line.startsWith('MAIL'));
      assert.equal(heard, domain === domainOf('clinique'), domain);
    }
    const alerts = hopital.logged.filter(({ event }) => event === 'transfer.alert');
    assert.deepEqual(alerts.map(({ domain }) => domain).sort(), untrusted);
    assert.ok(alerts.every(({ alert }) => alert === 'peer-untrusted'));
  });

  // ANS-REF2 ECO.1.1.7
  test('waits like those that come to us once the revocation list has ended, and no longer once there is another', async () => {
    const context = contextOf(issue('cabinet'));
    const clinique = routed.get(domainOf('clinique'));
    assert.ok(clinique !== undefined);
    hopital.clock.advance(31 * dayMs);
    assert.match(await handOver(hopital, { context }), /^451 4\.7\.5/);
    const before = clinique.lines.length;
    await submit(domainOf('clinique'));
    const waiting = `${domainOf('clinique')} deferred untrusted 4.7.5`;
    await queueOnce((queue) => queue.includes(waiting));
    assert.ok(!clinique.lines.slice(before).some((line) => line.startsWith('MAIL')));

    world.moveTo(hopital.clock.now());
    await world.publishCrls();
    await hopital.refreshLists();
    assert.match(await handOver(hopital, { context }), /^250/);
    const domain = parseDomain(domainOf('clinique'));
    assert.ok(domain !== undefined);
    const request = { actor: { kind: 'system', task: 'test' }, reason: 'test' } as const;
    await hopital.product.audit.act(request, (act) => hopital.product.transfer.retryNow(act, { domain }));
    await queueOnce((queue) => !queue.some((entry) => entry.startsWith(domain)));
    assert.ok(clinique.lines.slice(before).some((line) => line.startsWith('MAIL')));
  });
});
