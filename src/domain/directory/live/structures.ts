/** The identifiers of a structure, however the Annuaire's interfaces name their systems: its descriptions disagree. */
import type { FoundResource } from '../../../formats/fhir/bundle-reading.ts';
import { identifierSystems } from '../../../formats/fhir/systems.ts';

export interface StructureKeys {
  readonly finess: readonly string[];
  readonly siret: readonly string[];
}

/** As the description of the PATCH names them; its profiles and examples say `https://finess.esante.gouv.fr`, `https://sirene.fr`. */
export const patchSystems = { finess: 'http://finess.sante.gouv.fr', sirene: 'http://sirene.fr' } as const;
const finessSystems: readonly string[] = [identifierSystems.finess, patchSystems.finess];
const sireneSystems: readonly string[] = [identifierSystems.sirene, patchSystems.sirene];

export function structureKeys({ identifiers }: Pick<FoundResource, 'identifiers'>): StructureKeys {
  const national = identifiers.filter(({ system }) => system === identifierSystems.structure);
  const valuesOf = (systems: readonly string[], kind: string): readonly string[] => [
    ...identifiers.filter(({ system }) => systems.includes(system)).map(({ value }) => value),
    ...national.filter(({ value }) => value.startsWith(kind)).map(({ value }) => value.slice(1)),
  ];
  return {
    finess: valuesOf(finessSystems, '1').filter((value) => /^\d[0-9AB]\d{7}$/.test(value)),
    siret: valuesOf(sireneSystems, '3').filter((value) => /^\d{14}$/.test(value)),
  };
}
