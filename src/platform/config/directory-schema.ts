/** The group `directory`: where the national directory is read, how old it may be, and where our own accounts are told. */
import { Type } from 'typebox';
import { closed, path, text, url } from './schema-forms.ts';
import { directoryTexts, formTexts } from './texts.ts';

/** docs/trust-space.md (directory): the extraction of all addresses, open to everybody. */
const mailboxesUrl =
  'https://service.annuaire.sante.fr/annuaire-sante-webservices/V300/services/extraction/Extraction_Correspondance_MSSante';
const annuaireUrl = 'https://gateway.api.esante.gouv.fr/fhir/v2';

const apiKey = (description: string) => Type.Optional(text(description, formTexts.text, { secret: true }));

const days = (description: string, byDefault: number) =>
  Type.Integer({ description, minimum: 1, maximum: 365, default: byDefault });

export const directorySchema = Type.Object(
  {
    mailboxes: Type.Object(
      {
        url: url(directoryTexts.mailboxesUrl, { default: mailboxesUrl }),
        path: Type.Optional(path(directoryTexts.path)),
      },
      { ...closed, description: directoryTexts.mailboxes, default: {} },
    ),
    professionals: Type.Object(
      {
        url: Type.Optional(url(directoryTexts.professionalsUrl)),
        path: Type.Optional(path(directoryTexts.path)),
      },
      { ...closed, description: directoryTexts.professionals, default: {} },
    ),
    importHour: Type.Integer({ description: directoryTexts.importHour, minimum: 0, maximum: 23, default: 3 }),
    // Seen at the source: 6.7 % of the entries went in 75 days.
    maxRemovedPercent: Type.Integer({
      description: directoryTexts.maxRemovedPercent,
      minimum: 0,
      maximum: 100,
      default: 10,
    }),
    // A gap of ten days was seen at the source.
    warnAfterDays: days(directoryTexts.warnAfterDays, 4),
    alertAfterDays: days(directoryTexts.alertAfterDays, 12),
    live: Type.Object(
      { url: url(directoryTexts.liveUrl, { default: annuaireUrl }), apiKey: apiKey(directoryTexts.liveApiKey) },
      { ...closed, description: directoryTexts.live, default: {} },
    ),
    publication: Type.Object(
      {
        enabled: Type.Boolean({ description: directoryTexts.publicationEnabled, default: false }),
        url: Type.Optional(url(directoryTexts.publicationUrl)),
        apiKey: apiKey(directoryTexts.publicationApiKey),
      },
      { ...closed, description: directoryTexts.publication, default: {} },
    ),
  },
  { ...closed, description: directoryTexts.directory, default: {} },
);
