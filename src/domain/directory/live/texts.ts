import type { AnnuaireFault } from './annuaire.ts';

/** Why the Annuaire could not be asked, in French. */
const faults: Readonly<Record<AnnuaireFault, string>> = {
  paused:
    'L’Annuaire Santé n’a pas répondu plusieurs fois de suite : il ne sera pas interrogé pendant quelques minutes.',
  'too-slow': 'L’Annuaire Santé n’a pas répondu à temps.',
  unreachable: 'L’Annuaire Santé ne peut pas être joint.',
  busy: 'L’Annuaire Santé est très sollicité et demande de patienter.',
  failing: 'L’Annuaire Santé rencontre une erreur.',
  'answer-malformed': 'La réponse de l’Annuaire Santé ne peut pas être lue.',
  'answer-too-long': 'La réponse de l’Annuaire Santé est trop longue.',
  'key-refused': 'L’Annuaire Santé refuse la clé d’accès configurée : l’administrateur doit la vérifier.',
  'question-refused': 'L’Annuaire Santé ne comprend pas la question posée.',
  'not-allowed': 'L’adresse configurée pour l’Annuaire Santé ne peut pas être interrogée.',
};

export const liveTexts = {
  badApiKey: 'La clé d’accès à l’Annuaire Santé contient des caractères qu’elle ne peut pas contenir.',
  fault: (fault: AnnuaireFault): string => faults[fault],
} as const;
