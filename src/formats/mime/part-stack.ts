import { mimeLimits } from '../../base/limits.ts';
import { BodySink } from './body-sink.ts';
import { decodeCharset, trimCutText } from './charset.ts';
import { type ContentFacts, parameterOf, readContentFields } from './content-fields.ts';
import type { Findings } from './findings.ts';
import { htmlToText } from './html-text.ts';
import type { HeaderField, Part, PartText } from './structure.ts';

/** Where a position stands among the lines of the message. */
export interface Position {
  readonly offset: number;
  /** Line ends before `offset`. */
  readonly lineEnds: number;
  /** The byte before `offset` is not a line end: a last line without end counts as one. */
  readonly midLine: boolean;
}

/** A part whose header has been read and whose body goes on. */
interface OpenPart {
  partId: string;
  readonly facts: ContentFacts;
  /** Set for a multipart and only for it. */
  readonly boundary?: string;
  readonly holdsMessage: boolean;
  readonly headerStart: number;
  readonly bodyStart: Position;
  sink: BodySink | undefined;
  closed: boolean;
  readonly parts: Part[];
  message?: { fields: readonly HeaderField[]; root?: Part };
}

/** What the header being read belongs to. */
type Owner = { readonly kind: 'message'; readonly prefix: string } | { readonly kind: 'part'; readonly partId: string };

/** The parts that are open, outermost first, and the boundaries they listen to. */
export class PartStack {
  readonly text: PartText[] = [];
  root: Part | undefined;
  rootFields: readonly HeaderField[] = [];
  readonly #open: OpenPart[] = [];
  readonly #boundaries = new Map<string, number[]>();
  readonly #findings: Findings;
  readonly #textBytes: number;
  #textRoom: number = mimeLimits.textTotalBytes;
  #fieldRoom: number = mimeLimits.headerBytes;
  #detailRoom: number = mimeLimits.headerBytes;
  #partCount = 0;
  #owner: Owner = { kind: 'message', prefix: '' };

  constructor(findings: Findings, textBytes: number) {
    this.#findings = findings;
    this.#textBytes = textBytes;
  }

  get hasBoundaries(): boolean {
    return this.#boundaries.size > 0;
  }

  /** Index of the innermost open multipart that `delimiter` separates. */
  multipartOf(delimiter: string): number | undefined {
    return this.#boundaries.get(delimiter)?.at(-1);
  }

  /** The header being read is that of a part of a multipart, not of a message. */
  get awaitsPart(): boolean {
    return this.#owner.kind === 'part';
  }

  /** Where the bytes of the body being read go. */
  get sink(): BodySink | undefined {
    return this.#open.at(-1)?.sink;
  }

  /** A header has ended: opens its part. True when another header follows at once (a message held by the part). */
  openPart(fields: readonly HeaderField[], headerStart: number, bodyStart: Position): boolean {
    const owner = this.#owner;
    const parent = this.#open.at(-1);
    const inDigest = owner.kind === 'part' && parent?.facts.subtype === 'digest';
    const firstNew = this.#findings.list.length;
    const facts = readContentFields(fields, inDigest, this.#findings);
    this.#partCount += 1;
    const composite = this.#compositeKind(facts, headerStart);
    const boundary = composite === 'multipart' ? parameterOf(facts.parameters, 'boundary') : undefined;
    let partId: string;
    if (owner.kind === 'part') partId = owner.partId;
    else {
      partId = owner.prefix + (boundary === undefined ? '1' : 'TEXT');
      this.#keepFields(fields, parent);
    }
    this.#boundDetails(facts, headerStart);
    this.#findings.nameSince(firstNew, partId);
    const opened: OpenPart = {
      partId,
      facts,
      ...(boundary === undefined ? {} : { boundary }),
      holdsMessage: composite === 'message',
      headerStart,
      bodyStart,
      sink: composite === 'message' ? undefined : new BodySink(facts.encoding, this.#textLimitOf(facts)),
      closed: false,
      parts: [],
    };
    this.#open.push(opened);
    if (boundary !== undefined) this.#listen(boundary, partId, headerStart);
    if (!opened.holdsMessage) return false;
    opened.message = { fields: [] };
    this.#owner = { kind: 'message', prefix: `${partId}.` };
    return true;
  }

  /** A delimiter of the multipart at `index` stands after `end`. True when a part begins, false when it is passed over. */
  delimit(index: number, closes: boolean, end: Position): boolean {
    this.#closeAbove(index, end);
    const multipart = this.#open[index];
    if (multipart === undefined) return false;
    multipart.sink = undefined; // a preamble is not shown (RFC 2046 §5.1.1)
    if (closes) {
      multipart.closed = true;
      this.#forget(multipart.boundary ?? '');
      return false;
    }
    if (this.#partCount >= mimeLimits.parts) {
      this.#findings.addOnce('parts-cut', end.offset, { partId: multipart.partId });
      return false;
    }
    const prefix = multipart.partId.replace(/TEXT$/, '');
    const joint = prefix === '' || prefix.endsWith('.') ? '' : '.';
    this.#owner = { kind: 'part', partId: `${prefix}${joint}${multipart.parts.length + 1}` };
    return true;
  }

  /** The message is over. */
  finish(end: Position): void {
    this.#closeAbove(-1, end);
  }

  /** What kind of composite the part is read as; broken and too deep ones are read as plain leaves, and reported. */
  #compositeKind(facts: ContentFacts, at: number): 'multipart' | 'message' | undefined {
    const isMultipart = facts.type === 'multipart';
    const isMessage = facts.type === 'message' && (facts.subtype === 'rfc822' || facts.subtype === 'global');
    if (!isMultipart && !isMessage) return undefined;
    const isEncoded = facts.encoding === 'base64' || facts.encoding === 'quoted-printable';
    if (isEncoded || facts.encoding === 'unknown') this.#findings.add('encoded-composite', at);
    if (isMultipart)
      facts.encoding = '7bit'; // RFC 2045 §6.4: an encoding of a multipart says nothing of its parts
    else if (isEncoded || facts.encoding === 'unknown') return undefined;
    if (this.#open.length + 1 >= mimeLimits.depth || this.#partCount >= mimeLimits.parts) {
      this.#findings.add(this.#open.length + 1 >= mimeLimits.depth ? 'nesting-cut' : 'parts-cut', at);
      if (isMultipart) asOctets(facts);
      return undefined;
    }
    if (isMessage) return 'message';
    const boundary = parameterOf(facts.parameters, 'boundary');
    if (boundary === undefined || boundary === '' || Buffer.byteLength(boundary) > mimeLimits.boundaryBytes) {
      this.#findings.add('multipart-without-boundary', at);
      asPlainText(facts);
      return undefined;
    }
    return 'multipart';
  }

  #listen(boundary: string, partId: string, at: number): void {
    const key = boundaryKey(boundary);
    const levels = this.#boundaries.get(key) ?? [];
    if (levels.length > 0) this.#findings.add('duplicate-boundary', at, { partId });
    levels.push(this.#open.length - 1);
    this.#boundaries.set(key, levels);
  }

  #forget(boundary: string): void {
    const key = boundaryKey(boundary);
    const levels = this.#boundaries.get(key);
    levels?.pop();
    if (levels?.length === 0) this.#boundaries.delete(key);
  }

  #closeAbove(index: number, end: Position): void {
    while (this.#open.length - 1 > index) {
      const closing = this.#open.pop();
      if (closing === undefined) return;
      if (closing.parts.length === 0) closing.partId = closing.partId.replace(/TEXT$/, '1'); // it will be a leaf
      if (closing.boundary !== undefined && !closing.closed) {
        this.#forget(closing.boundary);
        this.#findings.add('unclosed-multipart', end.offset, { partId: closing.partId });
      }
      this.#attach(this.#finishPart(closing, end));
    }
  }

  #attach(part: Part): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.root = part;
    else if (parent.message !== undefined) parent.message.root = part;
    else parent.parts.push(part);
  }

  #finishPart(open: OpenPart, end: Position): Part {
    const bodyEnd = Math.max(open.bodyStart.offset, end.offset);
    const sentBytes = bodyEnd - open.bodyStart.offset;
    if (open.boundary !== undefined && open.parts.length === 0) {
      this.#findings.add('multipart-without-parts', open.headerStart, { partId: open.partId });
      asPlainText(open.facts);
    }
    const isLeaf = open.parts.length === 0 && !open.holdsMessage;
    const body = isLeaf ? this.#finishBody(open, sentBytes) : { decodedBytes: sentBytes };
    const message = open.message;
    return {
      partId: open.partId,
      ...open.facts,
      headerStart: open.headerStart,
      headerEnd: open.bodyStart.offset,
      bodyStart: open.bodyStart.offset,
      bodyEnd,
      lines: sentBytes === 0 ? 0 : end.lineEnds - open.bodyStart.lineEnds + (end.midLine ? 1 : 0),
      ...body,
      parts: open.parts,
      ...(message?.root === undefined ? {} : { message: { fields: message.fields, root: message.root } }),
    };
  }

  #finishBody(open: OpenPart, sentBytes: number): Pick<Part, 'decodedBytes' | 'lineDigits'> {
    if (open.sink === undefined) return { decodedBytes: sentBytes };
    const body = open.sink.end();
    const where = { partId: open.partId };
    if (body.faulty) this.#findings.add(open.sink.faultKind, open.bodyStart.offset, where);
    const { decodedBytes, lineDigits } = body;
    // Texts are decoded or only counted as there is room: nothing may depend on it.
    if (!isText(open.facts)) return { decodedBytes, ...(lineDigits === undefined ? {} : { lineDigits }) };
    if (body.text.length === 0) return { decodedBytes };
    const { charset, subtype } = open.facts;
    const decoded = decodeCharset(body.cut ? trimCutText(body.text, charset) : body.text, charset);
    if (!decoded.known) this.#findings.add('bad-charset', open.bodyStart.offset, where);
    if (body.cut) this.#findings.add('text-cut', open.bodyStart.offset, where);
    this.#textRoom -= Math.min(this.#textRoom, body.text.length);
    const text = subtype === 'html' ? htmlToText(decoded.text) : decoded.text;
    this.text.push({ partId: open.partId, subtype, text, cut: body.cut });
    return { decodedBytes };
  }

  #textLimitOf(facts: ContentFacts): number {
    // a multipart is followed too: with no part inside, it is shown as text
    return isText(facts) || facts.type === 'multipart' ? Math.min(this.#textBytes, this.#textRoom) : 0;
  }

  /** What all parts say of themselves is bounded together: past it, their parameters and descriptions are left out. */
  #boundDetails(facts: ContentFacts, at: number): void {
    for (const parameter of [...facts.parameters, ...(facts.dispositionParameters ?? [])]) {
      this.#detailRoom -= parameter.name.length + parameter.value.length;
    }
    this.#detailRoom -= (facts.description?.length ?? 0) + (facts.location?.length ?? 0) + (facts.md5?.length ?? 0);
    this.#detailRoom -= facts.language?.join().length ?? 0;
    if (this.#detailRoom >= 0) return;
    this.#findings.addOnce('header-cut', at);
    facts.parameters = [];
    for (const detail of ['dispositionParameters', 'description', 'location', 'md5', 'language'] as const) {
      delete facts[detail];
    }
  }

  #keepFields(fields: readonly HeaderField[], holder: OpenPart | undefined): void {
    const kept: HeaderField[] = [];
    for (const field of fields) {
      this.#fieldRoom -= field.name.length + field.raw.length;
      if (this.#fieldRoom < 0) {
        this.#findings.addOnce('header-cut', field.start);
        break;
      }
      kept.push(field);
    }
    if (holder?.message === undefined) this.rootFields = kept;
    else holder.message.fields = kept;
  }
}

function isText(facts: ContentFacts): boolean {
  return facts.type === 'text' && (facts.subtype === 'plain' || facts.subtype === 'html');
}

function asPlainText(facts: ContentFacts): void {
  facts.type = 'text';
  facts.subtype = 'plain';
}

function asOctets(facts: ContentFacts): void {
  facts.type = 'application';
  facts.subtype = 'octet-stream';
}

/** Boundaries are compared as bytes. */
function boundaryKey(boundary: string): string {
  return Buffer.from(boundary, 'utf8').toString('latin1');
}
