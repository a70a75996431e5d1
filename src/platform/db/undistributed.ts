const publicDirectory = 'public data of the national directory, one for the whole operator';

/**
 * The tables without `tenant_id` in their primary key and unique indexes, each with its reason. Every other table grows with
 * use and is distributed by `tenant_id` (design, "Who owns what"); a schema test holds both.
 */
export const undistributedTables: Readonly<Record<string, string>> = {
  'platform.migration': 'what was applied to this database',
  'platform.instance': 'what this installation is; one row',
  'platform.rate_limit': 'counts by the hash of an address, a login or a peer, which belong to no tenant yet',
  'trust.white_list': 'the white list is one for the whole operator',
  'trust.white_list_entry': 'the white list is one for the whole operator',
  'trust.crl': 'revocation lists belong to their issuer',
  'trust.source': 'what was last fetched from outside, per source',
  'trust.alarm': 'alarms on the trust space, for the operator',
  'trust.state': 'one row: the edition in force',
  'access.login_lookup': 'lookup: a login is unique across tenants, found by its keyed hash',
  'access.app_password_lookup': 'lookup: a token is unique across tenants, found by its hash',
  'access.address_lookup': 'lookup: an address is unique across tenants, found by its keyed hash',
  'transfer.accepted_transaction': 'lookup: a repeated transaction is found by its keyed hash alone',
  'contacts.recheck': 'how far each edition of the directory was looked at, for the whole operator',
  'transfer.domain_slot': 'connections towards a domain are bounded for the whole operator',
  'directory.edition': publicDirectory,
  'directory.odd_row': publicDirectory,
  'directory.change': publicDirectory,
  'directory.label': publicDirectory,
  'directory.practitioner': publicDirectory,
  'directory.organization': publicDirectory,
  'directory.activity': publicDirectory,
  'directory.mailbox': publicDirectory,
  'directory.skill': publicDirectory,
  'directory.diploma': publicDirectory,
  'directory.index_part': publicDirectory,
  'directory.staged_person': publicDirectory,
  'directory.staged_activity': publicDirectory,
  'directory.staged_organization': publicDirectory,
  'directory.staged_mailbox': publicDirectory,
  'directory.staged_skill': publicDirectory,
  'directory.staged_diploma': publicDirectory,
  'directory.live_mailbox': publicDirectory,
  'directory.live_lookup': 'who was asked for at the national directory, for the whole operator',
  'directory.red_list': 'what the national directory tells to hide, for the whole operator',
  'directory.live_circuit': 'how the national directory answers, for the whole operator',
};
