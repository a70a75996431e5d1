/** The sentences of this module that a person may read. */
export const accessTexts = {
  tenantGone: 'Les données de cette structure ont été détruites.',
  loginTaken: 'Cet identifiant de connexion est déjà utilisé.',
  addressTaken: 'Cette adresse appartient, ou a appartenu, à une autre boîte.',
  practiceNotPermitted: 'Seuls un titulaire ou un administrateur informatique changent ce réglage pour tous.',
  settingsNotPermitted: 'Chacun ne change que ses propres réglages.',
  devicesNotPermitted: 'Chacun ne déclare et n’efface que ses propres appareils.',
  pushNotPermitted: 'Chacun n’abonne et ne désabonne que ses propres navigateurs.',
  tooManyPush: (subscriptions: number) =>
    `Vous avez déjà ${subscriptions} navigateurs abonnés aux notifications : retirez-en un avant d’en abonner un autre.`,
  offlineNotAllowed: 'Votre structure n’autorise pas de copie de la messagerie sur les appareils.',
  tooManyDevices: (devices: number) =>
    `Vous avez déjà déclaré ${devices} appareils : retirez-en un avant d’en déclarer un autre.`,
  signInBusy: 'Trop de connexions sont demandées en ce moment : réessayez dans quelques secondes.',
  weakPassword: (characters: number) => `Un mot de passe a au moins ${characters} caractères.`,
} as const;
