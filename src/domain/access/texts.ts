/** The sentences of this module that a person may read. */
export const accessTexts = {
  tenantGone: 'Les données de cette structure ont été détruites.',
  loginTaken: 'Cet identifiant de connexion est déjà utilisé.',
  addressTaken: 'Cette adresse appartient, ou a appartenu, à une autre boîte.',
  practiceNotPermitted: 'Seuls un titulaire ou un administrateur informatique changent ce réglage pour tous.',
  settingsNotPermitted: 'Chacun ne change que ses propres réglages.',
  weakPassword: (characters: number) => `Un mot de passe a au moins ${characters} caractères.`,
} as const;
