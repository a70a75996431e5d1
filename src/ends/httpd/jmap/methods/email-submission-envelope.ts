/** The envelope of an EmailSubmission (RFC 8621 §7), read and shown. */
import { smtpLimits } from '../../../../base/limits.ts';
import type { Hold, SendingEnvelope } from '../../../../domain/transfer/transfer.ts';
import { type Address, parseAddress } from '../../../../formats/address/address.ts';
import { type NotifyEvent, notifyEvents } from '../../../../formats/smtp/envelope-commands.ts';
import type { Json, JsonObject } from '../method.ts';
import { isJsonObject } from '../request.ts';
import { jmapSendingTexts } from '../texts.ts';
import { badProperties, SetFault } from './set-call.ts';

type Recipient = SendingEnvelope['recipients'][number];
type Parameters = ReadonlyMap<string, string | null>;

/** Undefined for null: the email's own fields say it. Throws the SetError of what is wrong. */
export function readEnvelope(value: Json | undefined): SendingEnvelope | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) throw badProperties('envelope');
  const { mailFrom, rcptTo, ...more } = value;
  if (Object.keys(more).length > 0 || !Array.isArray(rcptTo)) throw badProperties('envelope');
  const from = readAddress(mailFrom ?? null);
  const recipients = rcptTo.map((each: Json) => readAddress(each));
  const malformed = recipients.filter(({ address }) => address === undefined).map(({ email }) => email);
  if (malformed.length > 0) {
    const description = jmapSendingTexts.malformedRecipients;
    throw new SetFault('invalidRecipients', { invalidRecipients: malformed, description });
  }
  const { hold, ret, envelopeId } = readSenderParameters(from.parameters);
  // The null sender too: nothing goes from nobody.
  if (from.address === undefined) throw new SetFault('forbiddenMailFrom');
  return {
    sender: from.address,
    ...(hold !== undefined && { hold }),
    ...(ret !== undefined && { ret }),
    ...(envelopeId !== undefined && { envelopeId }),
    recipients: recipients.flatMap(({ address, parameters }) =>
      address === undefined ? [] : [{ address, ...readRecipientParameters(parameters) }],
    ),
  };
}

interface ReadAddress {
  readonly email: string;
  readonly address: Address | undefined;
  readonly parameters: Parameters;
}

function readAddress(value: Json): ReadAddress {
  if (!isJsonObject(value)) throw badProperties('envelope');
  const { email, parameters = null, ...more } = value;
  if (typeof email !== 'string' || Object.keys(more).length > 0) throw badProperties('envelope');
  return { email, address: parseAddress(email), parameters: readParameters(parameters) };
}

function readParameters(value: Json): Parameters {
  if (value === null) return new Map();
  if (!isJsonObject(value)) throw badProperties('envelope');
  const read = new Map<string, string | null>();
  for (const [name, given] of Object.entries(value)) {
    const keyword = name.toUpperCase();
    if ((typeof given !== 'string' && given !== null) || read.has(keyword)) throw badProperties('envelope');
    read.set(keyword, given);
  }
  return read;
}

function onlyKnown(parameters: Parameters, known: readonly string[]): void {
  for (const name of parameters.keys()) if (!known.includes(name)) throw badProperties('envelope');
}

function readSenderParameters(parameters: Parameters): Pick<SendingEnvelope, 'hold' | 'ret' | 'envelopeId'> {
  onlyKnown(parameters, ['HOLDFOR', 'HOLDUNTIL', 'RET', 'ENVID']);
  const ret = parameters.get('RET')?.toUpperCase();
  if (parameters.has('RET') && ret !== 'FULL' && ret !== 'HDRS') throw badProperties('envelope');
  const hold = readHold(parameters);
  return {
    ...(hold !== undefined && { hold }),
    ...((ret === 'FULL' || ret === 'HDRS') && { ret }),
    ...(parameters.has('ENVID') && { envelopeId: printable(parameters.get('ENVID'), smtpLimits.envelopeIdChars) }),
  };
}

const interval = /^[1-9]\d{0,8}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** RFC 4865 §4: one of both at most. */
function readHold(parameters: Parameters): Hold | undefined {
  const [seconds, text] = [parameters.get('HOLDFOR'), parameters.get('HOLDUNTIL')];
  if (seconds === undefined && text === undefined) return undefined;
  if (seconds !== undefined && text !== undefined) throw badProperties('envelope');
  if (typeof seconds === 'string' && interval.test(seconds)) return { kind: 'for', seconds: Number(seconds) };
  const at = typeof text === 'string' && instant.test(text) ? new Date(text) : undefined;
  if (typeof text !== 'string' || at === undefined || Number.isNaN(at.getTime())) throw badProperties('envelope');
  return { kind: 'until', text, at };
}

function readRecipientParameters(parameters: Parameters): Pick<Recipient, 'notify' | 'originalRecipient'> {
  onlyKnown(parameters, ['NOTIFY', 'ORCPT']);
  return {
    ...(parameters.has('NOTIFY') && { notify: readNotify(parameters.get('NOTIFY') ?? '') }),
    ...(parameters.has('ORCPT') && { originalRecipient: readOriginal(parameters.get('ORCPT')) }),
  };
}

/** RFC 3461 §4.1: NEVER alone, or a list without repeats. */
function readNotify(text: string): readonly NotifyEvent[] {
  if (text.toUpperCase() === 'NEVER') return [];
  const asked = text.split(',').map((each) => notifyEvents.find((event) => event === each.toUpperCase()));
  const events = asked.filter((event) => event !== undefined);
  if (events.length !== asked.length || new Set(events).size !== events.length) throw badProperties('envelope');
  return events;
}

/** RFC 3461 §4.2, its xtext removed (RFC 8621 §7). */
function readOriginal(text: string | null | undefined): NonNullable<Recipient['originalRecipient']> {
  const [, addressType, address] = /^([A-Za-z0-9][A-Za-z0-9-]*);(.+)$/.exec(text ?? '') ?? [];
  if (addressType === undefined || address === undefined) throw badProperties('envelope');
  return { addressType: addressType.toLowerCase(), address: printable(address, smtpLimits.originalRecipientChars) };
}

/** Printable ASCII, as long as its xtext may be. */
function printable(text: string | null | undefined, most: number): string {
  if (typeof text !== 'string' || !/^[ -~]+$/.test(text)) throw badProperties('envelope');
  const encoded = text.replace(/[+= ]/g, '+HH');
  if (encoded.length > most) throw badProperties('envelope');
  return text;
}

export function showEnvelope({ sender, hold, ret, envelopeId, recipients }: SendingEnvelope): JsonObject {
  return {
    mailFrom: showAddress(sender, {
      ...(hold !== undefined && (hold.kind === 'for' ? { HOLDFOR: String(hold.seconds) } : { HOLDUNTIL: hold.text })),
      ...(ret !== undefined && { RET: ret }),
      ...(envelopeId !== undefined && { ENVID: envelopeId }),
    }),
    rcptTo: recipients.map(({ address, notify, originalRecipient }) =>
      showAddress(address, {
        ...(notify !== undefined && { NOTIFY: notify.length === 0 ? 'NEVER' : notify.join(',') }),
        ...(originalRecipient !== undefined && {
          ORCPT: `${originalRecipient.addressType};${originalRecipient.address}`,
        }),
      }),
    ),
  };
}

function showAddress(email: string, parameters: JsonObject): JsonObject {
  return { email, parameters: Object.keys(parameters).length === 0 ? null : parameters };
}
