/**
 * The FHIR R4 resources and data types of the directory: only the elements that the national directory uses. What is read from
 * outside is checked before it becomes one of these.
 */

export type ResourceType = 'Practitioner' | 'PractitionerRole' | 'Organization';

export interface Coding {
  readonly system?: string;
  readonly version?: string;
  readonly code?: string;
  readonly display?: string;
}

export interface CodeableConcept {
  readonly extension?: readonly Extension[];
  readonly coding?: readonly Coding[];
  readonly text?: string;
}

/** FHIR R4, extensibility: a value, or extensions inside. */
export interface Extension {
  readonly url: string;
  readonly extension?: readonly Extension[];
  readonly valueBoolean?: boolean;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly valueInteger?: number;
  readonly valueCoding?: Coding;
  readonly valueCodeableConcept?: CodeableConcept;
}

export interface Identifier {
  readonly use?: 'usual' | 'official' | 'temp' | 'secondary' | 'old';
  readonly type?: CodeableConcept;
  readonly system?: string;
  readonly value?: string;
}

export interface HumanName {
  readonly use?: 'usual' | 'official' | 'temp' | 'nickname' | 'anonymous' | 'old' | 'maiden';
  readonly text?: string;
  readonly family?: string;
  readonly given?: readonly string[];
  readonly prefix?: readonly string[];
  readonly suffix?: readonly string[];
}

export interface ContactPoint {
  readonly extension?: readonly Extension[];
  readonly system?: 'phone' | 'fax' | 'email' | 'pager' | 'url' | 'sms' | 'other';
  readonly value?: string;
  readonly use?: 'home' | 'work' | 'temp' | 'old' | 'mobile';
  /** 1 is preferred to 2. */
  readonly rank?: number;
}

export interface Address {
  readonly extension?: readonly Extension[];
  readonly use?: 'home' | 'work' | 'temp' | 'old' | 'billing';
  readonly text?: string;
  readonly line?: readonly string[];
  readonly city?: string;
  readonly district?: string;
  readonly postalCode?: string;
  readonly country?: string;
}

export interface Reference {
  readonly reference?: string;
  readonly type?: string;
  readonly identifier?: Identifier;
  readonly display?: string;
}

export interface Meta {
  readonly versionId?: string;
  readonly lastUpdated?: string;
  readonly source?: string;
  readonly profile?: readonly string[];
  readonly tag?: readonly Coding[];
}

interface ResourceBase {
  readonly id?: string;
  readonly meta?: Meta;
  readonly language?: string;
}

interface DirectoryResourceBase extends ResourceBase {
  readonly extension?: readonly Extension[];
  readonly identifier?: readonly Identifier[];
  readonly active?: boolean;
  readonly telecom?: readonly ContactPoint[];
}

export interface PractitionerQualification {
  readonly code: CodeableConcept;
}

export interface Practitioner extends DirectoryResourceBase {
  readonly resourceType: 'Practitioner';
  readonly name?: readonly HumanName[];
  readonly qualification?: readonly PractitionerQualification[];
}

export interface PractitionerRole extends DirectoryResourceBase {
  readonly resourceType: 'PractitionerRole';
  readonly practitioner?: Reference;
  readonly organization?: Reference;
  readonly code?: readonly CodeableConcept[];
  readonly specialty?: readonly CodeableConcept[];
}

export interface Organization extends DirectoryResourceBase {
  readonly resourceType: 'Organization';
  readonly type?: readonly CodeableConcept[];
  readonly name?: string;
  readonly alias?: readonly string[];
  readonly address?: readonly Address[];
}

export type DirectoryResource = Practitioner | PractitionerRole | Organization;

/** FHIR R4, value set issue-type: those that a directory has use for. */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'security'
  | 'login'
  | 'forbidden'
  | 'not-supported'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'too-costly'
  | 'conflict'
  | 'multiple-matches'
  | 'processing'
  | 'transient'
  | 'timeout'
  | 'throttled'
  | 'exception'
  | 'informational';

export interface OperationOutcomeIssue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly code: IssueCode;
  readonly details?: CodeableConcept;
  readonly diagnostics?: string;
  readonly expression?: readonly string[];
}

export interface OperationOutcome extends ResourceBase {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly OperationOutcomeIssue[];
}

export interface BundleLink {
  readonly relation: string;
  readonly url: string;
}

export interface BundleEntry {
  readonly fullUrl?: string;
  readonly resource?: DirectoryResource | OperationOutcome;
  readonly search?: { readonly mode: 'match' | 'include' | 'outcome' };
}

export interface Bundle extends ResourceBase {
  readonly resourceType: 'Bundle';
  readonly type: 'searchset';
  readonly total?: number;
  readonly link?: readonly BundleLink[];
  readonly entry?: readonly BundleEntry[];
}
