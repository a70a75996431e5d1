/** Pushes (RFC 8620 §7.2): a browser shows its code, then is told that something changed, never what. */
import { jmapLimits } from '../../base/end-limits.ts';
import { Temporary } from '../../base/errors.ts';
import { asId, type PersonId, type TenantId, type Uuid } from '../../base/ids.ts';
import { jobLimits } from '../../base/limits.ts';
import type { DuePush, PersonRef, PushRef, PushStates } from '../../domain/access/access.ts';
import { type AccountRef, openAccountNews } from '../../domain/mail/mail.ts';
import { type Handler, handle } from '../../platform/jobs/worker.ts';
import type { WebPush } from '../../platform/web-push/web-push.ts';
import { readableStates } from '../httpd/jmap/push-states.ts';
import type { Product } from '../product.ts';
import { workerTexts } from '../texts.ts';
import { enqueueTelling, tasks } from './tasks.ts';

export function pushHandlers(product: Product): readonly Handler[] {
  const { access, clock, database, push } = product;
  const sending: readonly Handler[] =
    push === undefined
      ? []
      : [
          handle(tasks.verifyPush, ({ tenantId, subscriptionId }) =>
            verify(product, push.webPush, {
              tenantId: asId<TenantId>(tenantId),
              subscriptionId: asId<Uuid>(subscriptionId),
            }),
          ),
          handle(tasks.tellPush, ({ tenantId, personId }) =>
            tell(product, push.webPush, { tenantId: asId<TenantId>(tenantId), personId: asId<PersonId>(personId) }),
          ),
        ];
  const sweep = handle(tasks.sweepPush, async () => {
    const persons = await access.push.sweep(database.db, clock.now());
    if (push !== undefined) await askTelling(product, persons);
  });
  return [...sending, sweep];
}

async function askTelling({ clock, database }: Product, persons: readonly PersonRef[]): Promise<void> {
  for (let first = 0; first < persons.length; first += jobLimits.batch) {
    const batch = persons.slice(first, first + jobLimits.batch);
    await database.db.transaction().execute((tx) => enqueueTelling(tx, batch, clock.now()));
  }
}

/** The job is tried again as any other while the service does not take it. */
async function verify({ access, clock, database }: Product, webPush: WebPush, ref: PushRef): Promise<void> {
  const { db } = database;
  const found = await access.push.toVerify(db, ref, clock.now());
  if (found === undefined) return;
  // RFC 8620 §7.2.2
  const told = {
    '@type': 'PushVerification',
    pushSubscriptionId: ref.subscriptionId,
    verificationCode: found.code.revealText(),
  };
  const outcome = await webPush.send(found.endpoint, JSON.stringify(told));
  if (outcome === 'gone') await access.push.drop(db, ref);
  if (outcome === 'failed') throw new Temporary('push-not-taken', workerTexts.pushNotTaken);
}

async function tell(product: Product, webPush: WebPush, person: PersonRef): Promise<void> {
  const { access, clock, database } = product;
  const at = clock.now();
  const due = await access.push.due(database.db, person, at);
  if (due.length === 0) return;
  const states = await readableStates({ access, db: database.db }, person, at);
  for (const each of due) await tellOne(product, webPush, { due: each, states });
}

async function tellOne(
  { access, clock, database }: Product,
  webPush: WebPush,
  { due, states }: { readonly due: DuePush; readonly states: PushStates },
): Promise<void> {
  const { db } = database;
  const { tenantId, subscriptionId } = due;
  const ref = { tenantId, subscriptionId };
  const changed = Object.entries(changedFor(due, states));
  // What may be read no longer is forgotten, so that it is news when it may be again.
  let told: PushStates = Object.fromEntries(Object.entries(due.told).filter(([accountId]) => accountId in states));
  if (changed.length === 0) {
    if (due.isRetry) await access.push.noteTold(db, { ...ref, told });
    return;
  }
  for (let first = 0; first < changed.length; first += jmapLimits.accountsInPush) {
    const some = Object.fromEntries(changed.slice(first, first + jmapLimits.accountsInPush));
    // RFC 8620 §7.1
    const outcome = await webPush.send(due.endpoint, JSON.stringify({ '@type': 'StateChange', changed: some }));
    if (outcome === 'gone') return access.push.drop(db, ref);
    if (outcome === 'failed') return access.push.noteFailure(db, ref, clock.now());
    told = { ...told, ...Object.fromEntries(Object.keys(some).map((id) => [id, states[id] ?? {}])) };
    await access.push.noteTold(db, { ...ref, told });
  }
}

/** What its client does not know yet, of the types that it wants. */
function changedFor({ told, types }: DuePush, states: PushStates): PushStates {
  const changed = Object.entries(states).map(([accountId, now]) => {
    const before = told[accountId] ?? {};
    const differing = Object.entries(now).filter(
      ([type, state]) => before[type] !== state && (types === null || types.includes(type)),
    );
    return [accountId, Object.fromEntries(differing)] as const;
  });
  return Object.fromEntries(changed.filter(([, differing]) => Object.keys(differing).length > 0));
}

/** Asks for pushes as accounts change, until it is stopped. */
export async function followAccounts(product: Product): Promise<{ stop(): Promise<void> }> {
  const { access, clock, database, log, push } = product;
  if (push === undefined) return { stop: async () => undefined };
  const news = await openAccountNews(database);
  const pending = new Map<string, AccountRef>();
  let isMissing = true; // what changed while no worker ran
  let running: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (isMissing || pending.size > 0) {
      const accounts = [...pending.values()];
      pending.clear();
      if (isMissing) {
        isMissing = false;
        await access.push.recheck(database.db, clock.now());
      }
      await askTelling(product, await access.push.followers(database.db, accounts, clock.now()));
    }
  };
  const run = (): void => {
    running ??= drain()
      .catch((fault: unknown) => {
        // Looked at again with the next news; a database that comes back is news too.
        isMissing = true;
        log[fault instanceof Temporary ? 'warn' : 'error']('push.not-followed', {}, fault);
      })
      .finally(() => {
        running = undefined;
      });
  };
  news.watchAll((account) => {
    if (account === undefined) isMissing = true;
    else pending.set(account.accountId, account);
    run();
  });
  run();
  return {
    async stop() {
      await news.stop();
      await running;
    },
  };
}
