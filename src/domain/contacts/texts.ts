import { contactsLimits } from '../../base/domain-limits.ts';

/** What people read about contacts. No text carries a name, a note or an address. */
export const contactsTexts = {
  notPermitted: 'Vous n’avez pas le droit de faire cela avec les contacts de cette boîte aux lettres.',
  ownerDestroyed: 'Le contenu de cette boîte aux lettres a été détruit.',
  badName: `Un nom doit compter entre 1 et ${contactsLimits.nameCharacters} caractères, sur une ligne.`,
  badPhone: `Un numéro de téléphone doit compter entre 1 et ${contactsLimits.phoneCharacters} caractères, sur une ligne.`,
  badNote: `Une note doit compter entre 1 et ${contactsLimits.noteCharacters} caractères.`,
  badQuery: `Une recherche doit compter au plus ${contactsLimits.queryCharacters} caractères.`,
  groupUnknown: 'Ce groupe n’existe pas, ou n’est plus récupérable.',
  groupExists: 'Un groupe de ce nom existe déjà.',
  tooManyGroups: `Vous avez atteint le nombre maximal de groupes : ${contactsLimits.groups}.`,
  tooManyMembers: `Un groupe compte au plus ${contactsLimits.groupMembers} adresses.`,
  tooManyFavourites: `Vous avez atteint le nombre maximal de favoris : ${contactsLimits.favourites}.`,
  entryUnknown: 'Cette fiche n’existe pas dans le carnet d’adresses, ou n’est plus récupérable.',
  tooManyEntries: `Le carnet d’adresses compte au plus ${contactsLimits.bookEntries} fiches.`,
  tooManyAddresses: `Un message compte au plus ${contactsLimits.checked} destinataires.`,
} as const;
