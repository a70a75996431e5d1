/**
 * An MSSanté mailbox as the `telecom` of a FHIR resource (profile `as-mailbox-mss`, extension `as-ext-mailbox-mss-metadata`).
 *
 * The descriptions of the Annuaire disagree on how the type is coded: `TRE_R257-TypeBAL` in its profile's examples, `TRE_R256-TypeMessagerie`
 * in those of its PATCH, `valueCode` in the schema of that PATCH. All three are read; R257 is written (docs/decisions/0021).
 */
import { type Address, parseAddress } from '../address/address.ts';
import type { ContactPoint, Extension } from './resources.ts';
import { extensionUrls } from './systems.ts';

export type MailboxType = 'PER' | 'ORG' | 'APP' | 'CAB';

export interface MailboxTelecom {
  /** In its normal form, lower case: what an address is compared and kept by. */
  readonly address: Address;
  readonly type: MailboxType | null;
  readonly isRedListed: boolean;
  /** 1 is preferred to 2. */
  readonly rank: number | null;
  readonly service: string | null;
  readonly description: string | null;
  /** The public interface does not show it. */
  readonly responsible: string | null;
}

/** As it stands at the source. */
export interface ReadMailboxTelecom extends MailboxTelecom {
  /** The address as written there: a path of a PATCH must say it so. */
  readonly written: string;
}

const types: readonly MailboxType[] = ['PER', 'ORG', 'APP', 'CAB'];
const messagingType = 'https://mos.esante.gouv.fr/NOS/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie';
const mailboxType = 'https://mos.esante.gouv.fr/NOS/TRE_R257-TypeBAL/FHIR/TRE-R257-TypeBAL';
const typeSystems: readonly (string | undefined)[] = [mailboxType, messagingType, undefined];

/** The mailbox that `telecom` tells, or undefined when it tells none: a telephone, a plain e-mail address, no address. */
export function readMailboxTelecom(telecom: ContactPoint): ReadMailboxTelecom | undefined {
  if (telecom.system !== 'email' || telecom.value === undefined) return undefined;
  const metadata = telecom.extension?.find(({ url }) => url === extensionUrls.mailbox);
  const isMailbox = telecom.extension?.some(
    ({ url, valueCoding }) => url === extensionUrls.emailType && valueCoding?.code === 'MSSANTE',
  );
  if (metadata === undefined && isMailbox !== true) return undefined;
  const address = parseAddress(telecom.value.toLowerCase());
  if (address === undefined) return undefined;
  const member = (url: string): Extension | undefined => metadata?.extension?.find((one) => one.url === url);
  return {
    address,
    written: telecom.value,
    type: readType(member('type')),
    isRedListed: readRedList(member('listeRouge')),
    rank: telecom.rank ?? null,
    service: member('service')?.valueString ?? null,
    description: member('description')?.valueString ?? null,
    responsible: member('responsible')?.valueString ?? null,
  };
}

function readType(extension: Extension | undefined): MailboxType | null {
  const codes = [
    ...(extension?.valueCodeableConcept?.coding ?? []).filter(({ system }) => typeSystems.includes(system)),
    { code: extension?.valueCode },
  ].map(({ code }) => code);
  return types.find((type) => codes.includes(type)) ?? null;
}

/** What says something else than `false` hides the address: shown by mistake, it could not be taken back. */
function readRedList(extension: Extension | undefined): boolean {
  return extension !== undefined && extension.valueBoolean !== false;
}

export function printMailboxTelecom(mailbox: MailboxTelecom): ContactPoint {
  const texts = (['description', 'service', 'responsible'] as const).flatMap((url): Extension[] => {
    const text = mailbox[url];
    return text === null ? [] : [{ url, valueString: text }];
  });
  const type: Extension[] =
    mailbox.type === null
      ? []
      : [{ url: 'type', valueCodeableConcept: { coding: [{ system: mailboxType, code: mailbox.type }] } }];
  return {
    extension: [
      { url: extensionUrls.emailType, valueCoding: { system: messagingType, code: 'MSSANTE' } },
      {
        url: extensionUrls.mailbox,
        extension: [...type, { url: 'listeRouge', valueBoolean: mailbox.isRedListed }, ...texts],
      },
    ],
    system: 'email',
    value: mailbox.address,
    ...(mailbox.rank === null ? {} : { rank: mailbox.rank }),
  };
}
