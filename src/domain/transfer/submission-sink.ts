import { isAscii } from 'node:buffer';
import { assert, present } from '../../base/assert.ts';
import { newId, type Uuid } from '../../base/ids.ts';
import { smtpLimits } from '../../base/limits.ts';
import { Findings } from '../../formats/mime/findings.ts';
import { findField, parseHeaderBlock } from '../../formats/mime/header-block.ts';
import type { HeaderField } from '../../formats/mime/mime.ts';
import type { AccountRef, Intake } from '../mail/mail.ts';
import type { AbortReason, CommitVerdict, MessageSink, Refused } from './acceptance.ts';
import { readAuthors } from './authors.ts';
import { HeaderGatherer } from './header-gatherer.ts';
import { injectedField } from './injection.ts';
import { beginsFolded, continuedTraceField, isReport } from './message-rules.ts';
import { missingDate, missingMessageId, printMissingFields, withoutHiddenRecipients } from './missing-fields.ts';
import { refused } from './replies.ts';
import { findSenderAccount, maySendAs } from './sender-rights.ts';
import type { Destination, SubmissionContext } from './submission.ts';
import { type GatheredSubmission, type StoredSubmission, storeSubmission } from './submission-store.ts';
import { isLooping, printReceived, printReturnPath } from './trace-fields.ts';
import type { TransferParts } from './transfer.ts';

const lineFeed = 0x0a;

export type SinkContext = SubmissionContext & { readonly destinations: readonly Destination[] };

/**
 * The copies of a submitted message, written side by side: the one in Sent is what was submitted, hidden recipients
 * included, unless it is an email that the account has already; the one that leaves has none, and begins with what only a
 * local delivery keeps (`returnPathBytes`). A message that is only judged has neither.
 */
interface Copies {
  readonly account: AccountRef;
  readonly sent: Intake | undefined;
  readonly leaving: Intake | undefined;
  readonly fields: readonly HeaderField[];
  readonly returnPathBytes: number;
  readonly hasWideHeader: boolean;
  /** Only a message that names itself can be recognised when it comes again. */
  readonly hasOwnMessageId: boolean;
}

type Stage =
  /** Until the header is whole, since what is missing in it is put before it. */
  | { readonly kind: 'header'; readonly gatherer: HeaderGatherer }
  | { readonly kind: 'body'; readonly copies: Copies }
  /** What still comes is thrown away, and the answer is given at the end. */
  | { readonly kind: 'refused'; readonly refusal: Refused };

export class SubmissionSink implements MessageSink {
  readonly #parts: TransferParts;
  readonly #context: SinkContext;
  readonly #id: Uuid;
  #is8Bit = false;
  #lastOctet: number | undefined;
  #stage: Stage = { kind: 'header', gatherer: new HeaderGatherer() };

  constructor(parts: TransferParts, context: SinkContext) {
    this.#parts = parts;
    this.#context = context;
    this.#id = newId(parts.clock.now());
  }

  write(chunk: Buffer): Promise<void> | undefined {
    this.#is8Bit ||= !isAscii(chunk);
    this.#lastOctet = chunk.at(-1) ?? this.#lastOctet;
    switch (this.#stage.kind) {
      case 'header':
        return this.#takeHeader(this.#stage.gatherer, chunk);
      case 'body':
        return writeBoth(this.#stage.copies, chunk);
      case 'refused':
        return undefined;
    }
  }

  async commit(): Promise<CommitVerdict> {
    const outcome = await this.finish();
    return outcome.kind === 'refused' ? outcome : { kind: 'accepted', reference: this.#id };
  }

  /** {@link commit}, telling also where the copy in Sent is. */
  async finish(): Promise<StoredSubmission> {
    const gathered = await this.gather();
    return 'kind' in gathered ? gathered : storeSubmission(this.#parts, gathered);
  }

  /** What was written, judged and whole; for who stores it as part of something else. */
  async gather(): Promise<GatheredSubmission | Refused> {
    const copies = await this.#end();
    if ('kind' in copies) return copies;
    const [sent, leaving] = await Promise.all([copies.sent?.finish(), copies.leaving?.finish()]);
    assert(leaving !== undefined, 'a message that is only judged was gathered');
    if (isLooping(leaving.structure.fields, smtpLimits.receivedFields)) return refused('message-loop'); // RFC 5321 §6.3
    const isAnonymous = this.#context.envelope.sender === null;
    if (isAnonymous && !isReport(leaving.structure.root)) return refused('null-sender-not-report'); // RFC 5321 §4.5.5
    const endsInLine = this.#lastOctet !== undefined && this.#lastOctet !== lineFeed;
    return { ...this.#context, ...copies, sent, leaving, is8Bit: this.#is8Bit, endsInLine };
  }

  /** Ends a message that is only judged. */
  async judge(): Promise<Refused | undefined> {
    const copies = await this.#end();
    if ('kind' in copies) return copies;
    return isLooping(copies.fields, smtpLimits.receivedFields) ? refused('message-loop') : undefined;
  }

  async #end(): Promise<Copies | Refused> {
    if (this.#stage.kind === 'header') await this.#begin(this.#stage.gatherer.end(), Buffer.alloc(0));
    assert(this.#stage.kind !== 'header', 'a header that has ended is no longer gathered');
    return this.#stage.kind === 'refused' ? this.#stage.refusal : this.#stage.copies;
  }

  async abort(_reason: AbortReason): Promise<void> {
    if (this.#stage.kind !== 'body') return;
    await Promise.all([this.#stage.copies.sent?.abort(), this.#stage.copies.leaving?.abort()]);
  }

  #takeHeader(gatherer: HeaderGatherer, chunk: Buffer): Promise<void> | undefined {
    const gathered = gatherer.take(chunk);
    switch (gathered.kind) {
      case 'partial':
        return undefined;
      case 'too-long':
        this.#stage = { kind: 'refused', refusal: refused('message-malformed', { rule: 'RFC 5322 2.1' }) };
        return undefined;
      case 'whole':
        return this.#begin(gathered.header, gathered.body);
    }
  }

  async #begin(header: Buffer, body: Buffer): Promise<void> {
    const findings = new Findings();
    const fields = parseHeaderBlock(header, 0, findings);
    const judged = beginsFolded(header[0]) ? continuedTraceField() : await this.#judge(fields, findings);
    if (judged.kind === 'refused') {
      this.#stage = { kind: 'refused', refusal: judged };
      return;
    }
    const copies = this.#open(judged.account, header, fields);
    this.#stage = { kind: 'body', copies };
    await copies.sent?.write(header);
    await copies.leaving?.write(withoutHiddenRecipients(header, fields));
    await writeBoth(copies, body);
  }

  /** Who wrote it must be who may send it; the account of a receipt is its author's. */
  async #judge(
    fields: readonly HeaderField[],
    findings: Findings,
  ): Promise<{ readonly kind: 'fit'; readonly account: AccountRef } | Refused> {
    const { account, request } = this.#context;
    if (request.inject === true) {
      return { kind: 'fit', account: present(account, 'an injected message has a sender') };
    }
    // What leaves is what the account keeps: nothing that identifies the message is added to an email behind its back.
    const lacks = this.#context.kept === undefined ? undefined : identifyingField(fields);
    if (lacks !== undefined) return refused('message-malformed', { rule: lacks });
    const authors = readAuthors(fields, findings.list);
    if (authors.kind === 'unclear') return refused('message-malformed', { rule: authors.rule });
    if (!(await maySendAs(this.#parts, request.actor, authors.addresses))) return refused('header-sender-foreign');
    const first = present(authors.addresses[0], 'a known author has an address');
    const own = account ?? (await findSenderAccount(this.#parts, request.actor, first));
    return own === undefined ? refused('header-sender-foreign') : { kind: 'fit', account: own };
  }

  #open(account: AccountRef, header: Buffer, fields: readonly HeaderField[]): Copies {
    const { options, mail, clock } = this.#parts;
    const { envelope, request, kept } = this.#context;
    const at = clock.now();
    const mark = request.inject === true ? injectedField : '';
    const missing = mark + printMissingFields(fields, { ...options, id: this.#id, at });
    const returnPath = printReturnPath(envelope.sender);
    // From where a doctor writes concerns nobody on the way: neither the address nor the machine's name is told.
    const received =
      request.peer === undefined
        ? ''
        : printReceived(
            { clientName: 'localhost', tls: request.peer.tls, isAuthenticated: true, smtpUtf8: envelope.smtpUtf8 },
            { hostName: options.hostName, id: this.#id, at },
          );
    return {
      account,
      sent: kept === undefined ? mail.openIntake({ prefix: Buffer.from(missing, 'utf8') }) : undefined,
      leaving:
        kept?.isOnlyJudged === true
          ? undefined
          : mail.openIntake({ prefix: Buffer.from(returnPath + received + missing, 'utf8') }),
      fields,
      returnPathBytes: Buffer.byteLength(returnPath),
      hasWideHeader: !isAscii(header),
      hasOwnMessageId: findField(fields, 'Message-ID') !== undefined,
    };
  }
}

/** The rule that an email breaks by not naming itself or its instant; undefined when it does. */
function identifyingField(fields: readonly HeaderField[]): string | undefined {
  if (findField(fields, 'Date') === undefined) return missingDate;
  return findField(fields, 'Message-ID') === undefined ? missingMessageId : undefined;
}

function writeBoth({ sent, leaving }: Copies, chunk: Buffer): Promise<void> | undefined {
  const first = sent?.write(chunk) ?? undefined;
  const second = leaving?.write(chunk) ?? undefined;
  if (first === undefined && second === undefined) return undefined;
  return Promise.all([first, second]).then(() => undefined);
}
