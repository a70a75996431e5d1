/** Words around the first aid; its matter is data (emergency/first-aid.ts). */
import type { Confidence } from '../emergency/first-aid.ts';

export const emergencyTexts = {
  title: 'Je pense être attaqué',
  lead: 'Six gestes, dans cet ordre. Prenez un téléphone ou un autre ordinateur, et laissez celui-ci comme il est.',
  print: 'Imprimer cette fiche',
  now: 'Tout de suite',
  avoid: 'À ne pas faire',
  call: 'Qui appeler',
  supplier: 'Votre fournisseur informatique',
  supplierWhen: 'En premier. Écrivez ici son numéro sur la fiche imprimée.',
  supplierNumber: 'Numéro :',
  care: 'Continuer à soigner',
  from: 'D’où cela vient',
  source: (places: string) => `Source : ${places}`,
  checkedOn: (day: string) => `relu le ${day}`,
  keep: 'Gardez une fiche imprimée à un endroit dont vous vous souviendrez : ce poste peut devenir inaccessible (mémento, 2.6.3).',
} as const;

export const sourceNames: Readonly<Record<string, string>> = {
  sheet: 'fiche infirmiers',
  memento: 'mémento',
  webinar: 'webinaire',
  gdpr: 'RGPD, article 33',
  cert: 'CERT Santé',
  urps: 'URPS Nouvelle-Aquitaine',
  insurance: 'Code des assurances',
};

export const confidenceTexts: Readonly<Record<Confidence, string>> = {
  official: 'document officiel',
  read: 'source lue',
  secondary: 'rapporté, à vérifier',
};
