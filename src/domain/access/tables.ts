import type { Generated } from 'kysely';
import type { AccountId, PersonId, TenantId, Uuid } from '../../base/ids.ts';
import type { Right, Role, Scope, TenantKind } from './access.ts';

/** Rows of schema `access` (migrations/0005_access.sql). */
export type AccessTables = {
  'access.tenant': {
    tenant_id: TenantId;
    kind: TenantKind;
    name: string;
    is_offline_allowed: Generated<boolean>;
    created_at: Date;
  };
  'access.person': {
    tenant_id: TenantId;
    id: PersonId;
    sealed: Buffer;
    created_at: Date;
    disabled_at: Generated<Date | null>;
  };
  'access.membership': {
    tenant_id: TenantId;
    person_id: PersonId;
    home_tenant_id: TenantId;
    role: Role;
    starts_at: Date;
    ends_at: Generated<Date | null>;
  };
  'access.delegation': {
    tenant_id: TenantId;
    account_id: AccountId;
    person_id: PersonId;
    rights: Right[];
    starts_at: Date;
    ends_at: Generated<Date | null>;
    revoked_at: Generated<Date | null>;
  };
  'access.password': { tenant_id: TenantId; person_id: PersonId; hash: string; changed_at: Date };
  'access.app_password': {
    tenant_id: TenantId;
    id: Uuid;
    person_id: PersonId;
    label: string;
    scopes: Scope[];
    created_at: Date;
    last_used_at: Generated<Date | null>;
    revoked_at: Generated<Date | null>;
  };
  'access.login_lookup': { login_hash: Buffer; tenant_id: TenantId; person_id: PersonId };
  'access.app_password_lookup': { token_hash: Buffer; tenant_id: TenantId; app_password_id: Uuid };
  'access.address_lookup': { address_hash: Buffer; tenant_id: TenantId; account_id: AccountId };
};
