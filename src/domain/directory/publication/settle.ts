/**
 * Brings the Annuaire to what one listing wants. Nothing here is remembered: each time it is first asked what stands there, so that being
 * run again, also after a crash between sending and recording, changes nothing more.
 *
 * The Annuaire may hide from us what is on the red list, ours included: what was placed there and is not seen is first taken to be
 * there still, and tried, before another is added.
 */
import type { Address } from '../../../formats/address/address.ts';
import type { MailboxTelecom, ReadMailboxTelecom } from '../../../formats/fhir/mailbox-telecom.ts';
import { patchParameters, type TelecomChange } from '../../../formats/fhir/patch.ts';
import type { Annuaire, AnnuaireFailure, PatchOutcome } from '../live/annuaire.ts';
import { queryOf } from './holders.ts';
import type { ListingFault, ListingHolder } from './publication.ts';

/** An address of ours that stands with a holder, or may. */
export interface Placement {
  readonly holder: ListingHolder;
  readonly address: Address;
}

export interface DueListing {
  /** Undefined when nothing of ours is to be there any more. */
  readonly wanted: { readonly holder: ListingHolder; readonly mailbox: MailboxTelecom } | undefined;
  /** Where earlier attempts put something, or may have. */
  readonly placed: readonly Placement[];
}

export type Settlement =
  | { readonly kind: 'settled' }
  | { readonly kind: 'refused'; readonly fault: ListingFault }
  | AnnuaireFailure;

const settled: Settlement = { kind: 'settled' };

export async function settle(annuaire: Annuaire, { wanted, placed }: DueListing): Promise<Settlement> {
  const byHolder = Map.groupBy(placed, ({ holder }) => holderKey(holder));
  if (wanted !== undefined) {
    const key = holderKey(wanted.holder);
    const here = (byHolder.get(key) ?? []).map(({ address }) => address);
    byHolder.delete(key);
    const shown = await show(annuaire, wanted.holder, wanted.mailbox, here);
    if (shown.kind !== 'settled') return shown;
  }
  for (const placements of byHolder.values()) {
    const [first] = placements;
    if (first === undefined) continue;
    const gone = await takeOut(annuaire, first.holder, new Set(placements.map(({ address }) => address)));
    if (gone.kind !== 'settled') return gone;
  }
  return settled;
}

function holderKey(holder: ListingHolder): string {
  const organization = holder.resource === 'PractitionerRole' ? holder.organization : '';
  return `${holder.resource} ${holder.identifier} ${organization}`;
}

async function show(
  annuaire: Annuaire,
  holder: ListingHolder,
  mailbox: MailboxTelecom,
  placed: readonly Address[],
): Promise<Settlement> {
  const seen = await look(annuaire, holder);
  if (seen.kind !== 'seen') return seen;
  const ours = seen.mailboxes.filter(({ address }) => address === mailbox.address || placed.includes(address));
  const there = ours.find(({ address }) => address === mailbox.address) ?? ours[0];
  if (there === undefined) return add(annuaire, holder, mailbox, placed);
  const others = ours.filter((other) => other.written !== there.written);
  const changes: TelecomChange[] = [
    ...(isSame(there, mailbox) ? [] : [{ kind: 'replace', written: there.written, mailbox } as const]),
    ...others.map(({ written }) => ({ kind: 'delete', written }) as const),
  ];
  if (changes.length === 0) return settled;
  return settlementOf(await send(annuaire, holder, changes));
}

/** The Annuaire shows nothing of ours: what was placed there may be hidden, and would be there twice. */
async function add(
  annuaire: Annuaire,
  holder: ListingHolder,
  mailbox: MailboxTelecom,
  placed: readonly Address[],
): Promise<Settlement> {
  for (const written of placed) {
    const outcome = await send(annuaire, holder, [{ kind: 'replace', written, mailbox }]);
    if (outcome.kind !== 'refused' || !isAbsence(outcome.status)) return settlementOf(outcome);
  }
  return settlementOf(await send(annuaire, holder, [{ kind: 'insert', mailbox }]));
}

async function takeOut(
  annuaire: Annuaire,
  holder: ListingHolder,
  addresses: ReadonlySet<Address>,
): Promise<Settlement> {
  const seen = await look(annuaire, holder);
  if (seen.kind !== 'seen') return seen;
  // Nobody has that number: nothing can stand there.
  if (!seen.isKnown) return settled;
  const ours = seen.mailboxes.filter(({ address }) => addresses.has(address)).map(({ written }) => written);
  const hidden = [...addresses].filter((address) => !seen.mailboxes.some((mailbox) => mailbox.address === address));
  if (ours.length > 0) {
    const outcome = await send(
      annuaire,
      holder,
      ours.map((written) => ({ kind: 'delete', written })),
    );
    if (outcome.kind === 'failed' || (outcome.kind === 'refused' && outcome.status !== 404)) {
      return settlementOf(outcome);
    }
  }
  for (const written of hidden) {
    const outcome = await send(annuaire, holder, [{ kind: 'delete', written }]);
    if (outcome.kind === 'failed' || (outcome.kind === 'refused' && !isAbsence(outcome.status))) {
      return settlementOf(outcome);
    }
  }
  return settled;
}

/** What the Annuaire answers when the path of a PATCH leads nowhere: its description says 400, others 404 or 422. */
function isAbsence(status: number): boolean {
  return status === 400 || status === 404 || status === 422;
}

type Seen = {
  readonly kind: 'seen';
  readonly isKnown: boolean;
  readonly mailboxes: readonly ReadMailboxTelecom[];
};

/** The mailboxes of the holder; of all who answer when there are several: the PATCH is refused then. */
async function look(annuaire: Annuaire, holder: ListingHolder): Promise<Seen | Settlement> {
  const answer = await annuaire.search(holder.resource, [...queryOf(holder), ['_elements', 'identifier,telecom']]);
  if (answer.kind === 'failed') {
    if (answer.fault !== 'question-refused') return answer;
    const isOffered = answer.status !== undefined && ![404, 405, 501].includes(answer.status);
    return { kind: 'refused', fault: isOffered ? 'not-understood' : 'not-offered' };
  }
  const found = answer.resources.filter(({ isMatch, resourceType }) => isMatch && resourceType === holder.resource);
  return { kind: 'seen', isKnown: found.length > 0, mailboxes: found.flatMap(({ mailboxes }) => mailboxes) };
}

function send(annuaire: Annuaire, holder: ListingHolder, changes: readonly TelecomChange[]): Promise<PatchOutcome> {
  return annuaire.patch(holder.resource, queryOf(holder), patchParameters(holder.resource, changes));
}

function settlementOf(outcome: PatchOutcome): Settlement {
  if (outcome.kind === 'done') return settled;
  return outcome.kind === 'refused' ? { kind: 'refused', fault: refusalOf(outcome.status) } : outcome;
}

function refusalOf(status: number): ListingFault {
  switch (status) {
    case 404:
      return 'identifier-unknown';
    case 412:
      return 'several-matches';
    case 405:
    case 501:
      return 'not-offered';
    default:
      return 'not-understood';
  }
}

/** The public interface does not show who is responsible: then nothing can be told of it, and ours is sent. */
function isSame(there: MailboxTelecom, wanted: MailboxTelecom): boolean {
  return (['address', 'type', 'isRedListed', 'rank', 'service', 'description', 'responsible'] as const).every(
    (name) => there[name] === wanted[name],
  );
}
