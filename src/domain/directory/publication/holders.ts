/** Who holds a mailbox at the Annuaire: what a listing may say of it, and how a conditional question names it. */

import { publicationLimits } from '../../../base/domain-limits.ts';
import { Refusal } from '../../../base/errors.ts';
import { identifierSystems } from '../../../formats/fhir/systems.ts';
import type { Query } from '../live/annuaire.ts';
import { patchSystems } from '../live/structures.ts';
import type { ListingHolder, WantedListing } from './publication.ts';
import { publicationTexts } from './texts.ts';

/** `8` and RPPS, `0` and ADELI. */
const personForm = /^(?:8\d{11}|0\d[0-9AB]\d{7})$/;
/** `1` and FINESS, `2` and SIREN, `3` and SIRET. */
const structureForm = /^(?:1\d[0-9AB]\d{7}|2\d{9}|3\d{14})$/;

/** Throws `Refusal('bad-listing')`, with what is wrong. */
export function checkListing({ type, holder, rank, service, description, responsible }: WantedListing): void {
  const refuse = (why: string): never => {
    throw new Refusal('bad-listing', why);
  };
  const isPerson = holder.resource !== 'Organization';
  if (isPerson !== (type === 'PER')) refuse(publicationTexts.wrongHolder);
  if (!(isPerson ? personForm : structureForm).test(holder.identifier)) {
    refuse(isPerson ? publicationTexts.badPerson : publicationTexts.badStructure);
  }
  if (holder.resource === 'PractitionerRole') {
    // The Annuaire finds a situation by FINESS or SIREN alone.
    if (!structureForm.test(holder.organization) || holder.organization.startsWith('3')) {
      refuse(publicationTexts.badPlace);
    }
  }
  const texts = [service, description, responsible].filter((text) => text !== undefined);
  if (isPerson && texts.length > 0) refuse(publicationTexts.textsOfStructures);
  if (texts.some((text) => !isText(text))) refuse(publicationTexts.badText(publicationLimits.textCharacters));
  if (rank !== undefined && !(Number.isInteger(rank) && rank >= 1 && rank <= publicationLimits.rank)) {
    refuse(publicationTexts.badRank(publicationLimits.rank));
  }
}

function isText(text: string): boolean {
  return text.trim() !== '' && text.length <= publicationLimits.textCharacters && !/\p{Cc}/u.test(text);
}

/**
 * What finds the holder, and nobody else. The national identifiers are written: every description of the Annuaire agrees on their
 * systems, and on no other (docs/decisions/0021). A structure of a situation has none: there the description of the PATCH is followed.
 */
export function queryOf(holder: ListingHolder): Query {
  const person = `${identifierSystems.idnps}|${holder.identifier}`;
  switch (holder.resource) {
    case 'Practitioner':
      return [['identifier', person]];
    case 'PractitionerRole': {
      const system = holder.organization.startsWith('1') ? patchSystems.finess : patchSystems.sirene;
      return [
        ['practitioner.identifier', person],
        ['organization.identifier', `${system}|${holder.organization.slice(1)}`],
      ];
    }
    case 'Organization':
      return [['identifier', `${identifierSystems.structure}|${holder.identifier}`]];
  }
}
