/** The sections of the settings, as their address names them. */
export const sectionNames = ['affichage', 'ecriture', 'absence', 'notifications', 'appareil', 'compte'] as const;

export type SectionName = (typeof sectionNames)[number];

export function readSection(name: string | undefined): SectionName | undefined {
  return sectionNames.find((section) => section === name);
}
