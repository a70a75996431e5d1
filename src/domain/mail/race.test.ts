import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rawMessage, TestMail, task } from '../../../testkit/mail-store.ts';
import type { EmailId } from '../../base/ids.ts';
import type { Act } from '../audit/audit.ts';

test('deeds that race on the same emails leave every counter exact, and none waits for ever', async (t) => {
  const store = await TestMail.open(t);
  const { mail, clock } = store;
  const tenantId = await store.createTenant();
  const accounts = [await store.createAccount(tenantId), await store.createAccount(tenantId)];
  const message = await store.gather(rawMessage());
  const races: ((act: Act) => Promise<unknown>)[] = [];
  for (const [index, account] of accounts.entries()) {
    const batch = Array.from({ length: 6 }, () => store.delivery(account, message));
    const ids: EmailId[] = [];
    for (const outcome of await store.deliver(...batch)) if (outcome.kind === 'stored') ids.push(outcome.emailId);
    const [archive, inbox] = [await store.mailboxOf(account, 'archive'), await store.mailboxOf(account, 'inbox')];
    const deliveries = (index === 0 ? accounts : [...accounts].reverse()).map((each) => store.delivery(each, message));
    for (let round = 0; round < 6; round += 1) {
      const some = ids.filter((_, at) => (at + round) % 3 !== 0);
      if (round % 2 === 1) some.reverse();
      races.push(
        (act) => mail.deliver(act, deliveries),
        (act) => mail.setKeywords(act, account, some, { add: ['$seen'], remove: ['$flagged'] }),
        (act) => mail.setKeywords(act, account, some, { add: ['$flagged'], remove: ['$seen'] }),
        (act) => mail.moveEmails(act, account, some, round % 2 === 0 ? [archive] : [archive, inbox]),
        (act) => mail.deleteEmails(act, account, some),
        (act) => mail.undeleteEmails(act, account, some),
        (act) => mail.forgetChanges(act, clock.now(), 5),
        (act) => mail.openSummaries(act, account, some),
      );
    }
  }
  await Promise.all(races.map((deed) => store.act(deed)));
  const codes: string[] = [];
  await mail.verify({ actor: task, repair: false, onFinding: (finding) => codes.push(finding.code) });
  assert.deepEqual(codes, []);
});
