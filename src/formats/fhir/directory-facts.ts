/** What a FHIR resource of the directory is printed from: the facts of its rows, with nothing of FHIR in them. */

export interface CodedFact {
  readonly code: string;
  readonly label: string | null;
}

/** An address that may be shown. */
export interface MailboxFacts {
  readonly address: string;
  readonly type: 'PER' | 'ORG' | 'APP' | 'CAB';
  readonly service: string | null;
}

export interface PractitionerFacts {
  readonly idnps: string;
  /** `M`, `MME`. */
  readonly civility: string | null;
  /** `DR`, `PR`. */
  readonly title: string | null;
  readonly family: string;
  readonly given: string;
  readonly updatedAt: Date;
  readonly professions: readonly { readonly profession: CodedFact; readonly category: CodedFact | null }[];
  readonly skills: readonly { readonly type: CodedFact; readonly skill: CodedFact }[];
  readonly diplomas: readonly { readonly type: CodedFact; readonly diploma: CodedFact }[];
  readonly mailboxes: readonly MailboxFacts[];
}

export interface RoleFacts {
  readonly number: number;
  readonly idnps: string;
  readonly practitionerName: string | null;
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly genre: CodedFact | null;
  readonly mode: CodedFact | null;
  readonly role: CodedFact | null;
  readonly section: CodedFact | null;
  readonly updatedAt: Date;
  readonly mailboxes: readonly MailboxFacts[];
}

export interface OrganizationFacts {
  readonly organizationId: string;
  readonly finess: string | null;
  readonly finessLegal: string | null;
  readonly siret: string | null;
  readonly siren: string | null;
  readonly name: string;
  readonly sign: string | null;
  readonly lines: readonly string[];
  readonly postcode: string | null;
  readonly communeCode: string | null;
  readonly town: string | null;
  readonly country: string | null;
  readonly phones: readonly string[];
  readonly fax: string | null;
  readonly email: string | null;
  readonly sector: CodedFact | null;
  readonly updatedAt: Date;
  readonly mailboxes: readonly MailboxFacts[];
}

export type DirectoryFacts =
  | ({ readonly type: 'Practitioner' } & PractitionerFacts)
  | ({ readonly type: 'PractitionerRole' } & RoleFacts)
  | ({ readonly type: 'Organization' } & OrganizationFacts);
