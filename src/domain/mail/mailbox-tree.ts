import { sql } from 'kysely';
import { mailLimits } from '../../base/domain-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { MailboxId } from '../../base/ids.ts';
import type { Transaction } from '../../platform/db/db.ts';
import type { AccountRef, MailboxRole } from './mail.ts';
import { mailTexts } from './texts.ts';

interface TreeNode {
  readonly id: MailboxId;
  readonly parentId: MailboxId | null;
  readonly role: MailboxRole | null;
  readonly nameHash: Buffer;
}

/** The mailboxes of one account as a tree, read under its lock, and the rules of its shape. */
export class MailboxTree {
  readonly #nodes: ReadonlyMap<MailboxId, TreeNode>;

  constructor(nodes: readonly TreeNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  get size(): number {
    return this.#nodes.size;
  }

  get(id: MailboxId): TreeNode {
    const node = this.#nodes.get(id);
    if (node === undefined) throw new Refusal('mailbox-unknown', mailTexts.mailboxUnknown);
    return node;
  }

  hasChild(id: MailboxId): boolean {
    return this.#childrenOf(id).length > 0;
  }

  /** A tree of `height` levels fits under `parentId`. */
  checkPlace({ height, parentId }: { height: number; parentId: MailboxId | null }): void {
    let depth = height;
    for (let above = parentId; above !== null; above = this.get(above).parentId) depth += 1;
    if (depth > mailLimits.mailboxDepth) throw new Refusal('mailbox-depth', mailTexts.mailboxDepth);
  }

  checkMove(mailbox: TreeNode, parentId: MailboxId | null): void {
    if (mailbox.role !== null) throw new Refusal('mailbox-has-role', mailTexts.mailboxHasRole);
    for (let above = parentId; above !== null; above = this.get(above).parentId) {
      if (above === mailbox.id) throw new Refusal('mailbox-cycle', mailTexts.mailboxCycle);
    }
    this.checkPlace({ height: this.#heightOf(mailbox.id), parentId });
  }

  /** RFC 8621 §2: no two siblings have one name. */
  checkName(wanted: { readonly id?: MailboxId; readonly parentId: MailboxId | null; readonly hash: Buffer }): void {
    for (const sibling of this.#childrenOf(wanted.parentId)) {
      if (sibling.id !== wanted.id && sibling.nameHash.equals(wanted.hash)) {
        throw new Refusal('mailbox-exists', mailTexts.mailboxExists);
      }
    }
  }

  #childrenOf(parentId: MailboxId | null): readonly TreeNode[] {
    return [...this.#nodes.values()].filter((node) => node.parentId === parentId);
  }

  #heightOf(id: MailboxId): number {
    return 1 + Math.max(0, ...this.#childrenOf(id).map((child) => this.#heightOf(child.id)));
  }
}

export async function readTree(tx: Transaction, account: AccountRef): Promise<MailboxTree> {
  const found = await sql<TreeNode>`
    select id, parent_id as "parentId", role, name_hash as "nameHash" from mail.mailbox
     where tenant_id = ${account.tenantId} and account_id = ${account.accountId}`.execute(tx);
  return new MailboxTree(found.rows);
}
