import type { ListingFault } from './publication.ts';

/** What each fault means, and what to do about it. */
const faults: Readonly<Record<ListingFault, string>> = {
  'identifier-unknown':
    'L’Annuaire Santé ne connaît aucune fiche à ce numéro (404). Vérifiez le numéro saisi (RPPS, FINESS, SIREN ou SIRET) et, pour un professionnel rattaché à une structure, que son exercice y est bien déclaré. Une inscription récente n’y figure qu’après quelques jours : corrigez le numéro, ou demandez un nouvel essai plus tard.',
  'several-matches':
    'Plusieurs fiches de l’Annuaire Santé répondent à ce numéro, et il refuse de choisir (412). Pour un professionnel qui a plusieurs exercices dans la même structure, rattachez la boîte au professionnel seul. Pour une structure, désignez l’établissement par son FINESS ou son SIRET plutôt que par son SIREN. Sinon, demandez à l’Annuaire Santé de corriger le doublon.',
  'not-understood':
    'L’Annuaire Santé a refusé la demande telle qu’elle est écrite (400 ou 422). Vérifiez le type de la boîte, l’adresse et les textes saisis, puis demandez un nouvel essai ; si le refus persiste, signalez-le à votre administrateur : c’est sans doute un défaut du logiciel.',
  'not-offered':
    'L’Annuaire Santé ne propose pas encore cette publication. Demandez un nouvel essai lorsque l’ANS aura annoncé son ouverture ; d’ici là, déclarez la boîte par la voie habituelle.',
  'key-refused':
    'L’Annuaire Santé refuse la clé de publication de l’opérateur (401 ou 403). L’administrateur doit vérifier dans la configuration que cette clé est la bonne, qu’elle n’a pas expiré et qu’elle donne le droit de publier. La demande sera renvoyée d’elle-même.',
  'annuaire-unavailable':
    'L’Annuaire Santé ne répond pas, ou répond par une erreur. La demande sera renvoyée d’elle-même : il n’y a rien à faire.',
};

export const publicationTexts = {
  notPermitted: 'Seuls le titulaire de la boîte et ceux qui l’administrent décident de sa publication dans l’annuaire.',
  noListing: 'Cette boîte n’est pas publiée dans l’annuaire.',
  notOwnAddress: 'Cette adresse n’est pas celle de la boîte.',
  foreignHolder: 'Une boîte personnelle se publie sous le numéro de qui la tient, et sous aucun autre.',
  tooManyChanges:
    'Trop de changements de cette boîte attendent l’Annuaire Santé : réessayez lorsqu’il aura traité les premiers.',
  wrongHolder:
    'Une boîte personnelle (PER) est rattachée à un professionnel, une boîte organisationnelle ou applicative (ORG, APP) à une structure.',
  badPerson: 'L’identifiant du professionnel s’écrit 8 suivi du RPPS (11 chiffres), ou 0 suivi du numéro ADELI.',
  badStructure: 'L’identifiant de la structure s’écrit 1 suivi du FINESS, 2 suivi du SIREN ou 3 suivi du SIRET.',
  badPlace: 'La structure d’exercice d’un professionnel s’écrit 1 suivi du FINESS ou 2 suivi du SIREN.',
  textsOfStructures: 'Le service, la description et le responsable ne concernent que les boîtes des structures.',
  badText: (characters: number) =>
    `Le service, la description et le responsable tiennent chacun sur une ligne de ${characters} caractères au plus.`,
  badRank: (rank: number) => `Le rang est un nombre de 1 (boîte préférée) à ${rank}.`,
  fault: (fault: ListingFault): string => faults[fault],
} as const;
