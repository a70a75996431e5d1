/** Web Push as the configuration has it. */
import type { Clock } from '../base/clock.ts';
import type { Access, PushRef } from '../domain/access/access.ts';
import type { Config } from '../platform/config/config.ts';
import type { Db, Transaction } from '../platform/db/db.ts';
import { createWebPush, type WebPush } from '../platform/web-push/web-push.ts';
import { enqueuePushVerification } from './worker/tasks.ts';

export interface PushSender {
  readonly webPush: WebPush;
  /** Its code goes out once `tx` commits. */
  askVerification(tx: Transaction, ref: PushRef): Promise<void>;
}

export interface PushDeps {
  readonly config: Pick<Config, 'sandbox' | 'operator' | 'push'>;
  readonly access: Pick<Access, 'push'>;
  readonly db: Db;
  readonly clock: Clock;
}

/** Undefined when no push service may be called. */
export async function openPush({ config, access, db, clock }: PushDeps): Promise<PushSender | undefined> {
  const { hosts } = config.push;
  if (hosts.length === 0) return undefined;
  const { publicKey, privateKey } = await access.push.identity(db, clock.now());
  const subject = `mailto:${config.operator.administrator}`;
  return {
    webPush: createWebPush({ hosts, allowLoopback: config.sandbox, subject, publicKey, privateKey }),
    askVerification: enqueuePushVerification,
  };
}
