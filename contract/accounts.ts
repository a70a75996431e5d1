/** The accounts (BAL) that a person has rights on. */
import { Type } from 'typebox';
import { addressSchema, uuidSchema } from './forms.ts';

const rightSchema = Type.Enum(['own', 'read', 'write', 'send', 'manage']);

export const accountsSchema = Type.Object({
  accounts: Type.Array(
    Type.Object({
      accountId: uuidSchema,
      tenantId: uuidSchema,
      address: addressSchema,
      type: Type.Enum(['PER', 'ORG', 'APP']),
      displayName: Type.String(),
      rights: Type.Array(rightSchema),
    }),
  ),
});

export const accountParamsSchema = Type.Object({ accountId: uuidSchema });
