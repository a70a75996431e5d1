/** What `hygie directory …` says. */
const narrow = '\u202f';
const plural = (count: number, one: string, more: string): string =>
  `${count.toLocaleString('fr-FR')}${narrow}${count > 1 ? more : one}`;

interface OddRowsText {
  readonly reason: string;
  readonly count: number | undefined;
  /** The first ones. */
  readonly lines: readonly number[];
  readonly isMore: boolean;
}

/** What the codes of refused and failed imports mean. */
const reasons: Readonly<Record<string, string>> = {
  'older-edition': 'plus ancienne que l’édition en vigueur',
  'would-remove-too-much': 'retirerait trop d’entrées',
  'no-usable-row': 'aucune ligne utilisable',
  'same-source-twice': 'donnée deux fois',
  interrupted: 'import interrompu',
};

export const directoryTexts = {
  importSummary: 'importe les extractions de l’annuaire national (celles de la configuration, ou les fichiers donnés)',
  force: 'accepter une édition plus ancienne, ou qui retire trop d’entrées',
  sources: {
    mailboxes: 'adresses MSSanté',
    activities: 'activités des professionnels',
    skills: 'savoir-faire',
    diplomas: 'diplômes et autorisations',
  },
  stages: {
    downloading: 'téléchargement',
    reading: 'lecture',
    merging: 'mise en place',
    indexing: 'index de recherche',
  },
  progress: (stage: string, source: string, done: string, rows: number) =>
    [stage, source, done, rows === 0 ? '' : plural(rows, 'ligne', 'lignes')].filter((part) => part !== '').join(', '),
  states: {
    importing: 'import en cours',
    current: 'en vigueur',
    superseded: 'remplacée',
    refused: 'refusée',
    failed: 'échouée',
  },
  edition: (edition: {
    source: string;
    state: string;
    date: string;
    rows: number;
    odd: number;
    created: number;
    changed: number;
    deleted: number;
    reason: string;
  }) =>
    [
      `${edition.source} du ${edition.date} : ${edition.state}${edition.reason === '' ? '' : ` (${edition.reason})`}`,
      plural(edition.rows, 'ligne', 'lignes'),
      edition.odd === 0 ? '' : plural(edition.odd, 'ligne écartée ou incomplète', 'lignes écartées ou incomplètes'),
      edition.created + edition.changed + edition.deleted === 0
        ? ''
        : `${plural(edition.created, 'création', 'créations')}, ${plural(edition.changed, 'changement', 'changements')}, ${plural(edition.deleted, 'suppression', 'suppressions')}`,
    ]
      .filter((part) => part !== '')
      .join(' ; '),
  rejected: (from: string, reason: string, code: string) => `${from} : ${reason} (${code})\n`,
  reason: (code: string) => (code in reasons ? `${reasons[code]} : ${code}` : code),
  import: ({
    at,
    source,
    state,
    reason,
    fileName,
  }: Record<'at' | 'source' | 'state' | 'reason' | 'fileName', string>) =>
    `  ${at}  ${source} : ${state}${reason === '' ? '' : ` (${reason})`}, ${fileName}`,
  unchanged: (source: string) => `${source} : cette édition est déjà en vigueur.`,

  statusSummary: 'montre les éditions en vigueur, leur âge et les derniers imports',
  totals: (practitioners: number, mailboxes: number) =>
    `${plural(practitioners, 'professionnel', 'professionnels')}, ${plural(mailboxes, 'adresse', 'adresses')}.`,
  ages: {
    none: 'Aucune extraction des adresses n’a été importée : « hygie directory import ».',
    fresh: 'L’édition est récente.',
    old: 'L’édition n’a pas été renouvelée depuis plusieurs jours.',
    'too-old': 'L’édition est trop ancienne : des adresses peuvent avoir changé.',
  },
  alarm: (isGrave: boolean, text: string) => `${isGrave ? 'ALARME' : 'À noter'} : ${text}`,
  alarms: {
    notImported: (edition: string) => `le dernier import n’a pas abouti, l’édition d’avant reste : ${edition}.`,
    listingsRefused: (count: number) =>
      `${plural(count, 'publication refusée', 'publications refusées')} par l’Annuaire : « hygie directory publish --state ».`,
  },
  latest: 'Derniers imports :',
  oddRows: (source: string) => `Lignes écartées ou incomplètes, ${source} :`,
  oddRow: ({ reason, count, lines, isMore }: OddRowsText) =>
    `  ${reason} : ${count === undefined ? '' : `${plural(count, 'ligne', 'lignes')}, `}n° ${lines.join(', ')}${isMore ? '…' : ''}`,
  oddReasons: {
    'column-count': 'nombre de colonnes inattendu',
    'bad-encoding': 'encodage incorrect',
    'control-character': 'caractère de contrôle',
    'line-too-long': 'ligne trop longue',
    'field-too-long': 'champ trop long',
    'bad-identifier': 'identifiant incorrect',
    'no-name': 'nom absent',
    'bad-address': 'adresse incorrecte',
    'unknown-type': 'type de BAL inconnu',
    'no-person': 'personne absente',
    'no-structure': 'structure absente (adresse gardée)',
    'no-code': 'code absent',
    duplicate: 'doublon',
  },
  odd: 'montre aussi les lignes écartées ou incomplètes des éditions en vigueur',

  searchSummary: 'cherche un correspondant : nom, profession, ville, département, structure, RPPS, FINESS, adresse…',
  all: 'montre aussi qui n’a pas d’adresse connue',
  limit: 'nombre de réponses (10 par défaut, 50 au plus)',
  badLimit: 'Le nombre de réponses est un entier de 1 à 50.',
  found: (total: number) => plural(total, 'correspondant.', 'correspondants.'),
  nobody: (isReachableOnly: boolean) =>
    isReachableOnly
      ? 'Aucun correspondant dont l’adresse soit connue (--all montre aussi les autres).'
      : 'Aucun correspondant.',
  understood: (typed: string, as: string) => `Compris : « ${typed} » comme « ${as} ».`,

  checkSummary: 'lit une extraction et en montre les lignes écartées, sans rien importer',
  examined: (source: string, rows: number, odd: number) =>
    `${source} : ${plural(rows, 'ligne', 'lignes')}, dont ${plural(odd, 'écartée ou incomplète', 'écartées ou incomplètes')}.`,

  publishSummary: 'publie une boîte dans l’annuaire national, change ou retire sa publication, montre où elle en est',
  redList: 'inscrire en liste rouge : publiée, mais montrée à personne',
  visible: 'retirer de la liste rouge',
  remove: 'retirer de l’annuaire',
  state: 'montrer l’état, sans rien changer',
  rpps: 'numéro RPPS du titulaire (BAL PER ; sans lui, celui de la personne titulaire)',
  structure: 'identifiant national de la structure : 1 et FINESS, 2 et SIREN, 3 et SIRET (BAL ORG et APP)',
  service: 'service de rattachement (BAL ORG et APP)',
  description: 'description (BAL ORG et APP)',
  responsible: 'responsable opérationnel (BAL ORG et APP)',
  onlyOne: 'Choisissez une seule option parmi --red-list, --visible, --remove et --state.',
  needsAddress: 'Indiquez l’adresse de la boîte.',
  badRpps: 'Le numéro RPPS a 11 chiffres.',
  needsHolder: 'Indiquez à qui rattacher l’adresse : --rpps pour une BAL PER, --structure pour une BAL ORG ou APP.',
  noListing: (address: string) => `La boîte ${address} n’est pas publiée.`,
  noListings: 'Aucune boîte n’est publiée.',
  listingStates: { waiting: 'en attente', published: 'publiée', removed: 'retirée', refused: 'refusée' },
  redListed: 'liste rouge',
  listing: (parts: readonly string[]) => parts.filter((part) => part !== '').join('  '),
  run: {
    off: 'La publication n’est pas activée (directory.publication) : les demandes sont gardées et attendent.',
    paused: 'L’Annuaire ne répond pas ou refuse la clé : les demandes attendent.',
  },
} as const;
