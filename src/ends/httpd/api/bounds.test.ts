import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contactsBounds } from '../../../../contract/contacts.ts';
import { searchBounds } from '../../../../contract/directory.ts';
import { contactsLimits, directorySearchLimits } from '../../../base/domain-limits.ts';

test('the schemas state the bounds that the domain keeps', () => {
  const { queryCharacters, page, offset } = directorySearchLimits;
  assert.deepEqual(searchBounds, { textCharacters: queryCharacters, page, offset });
  const { checked, groupMembers, nameCharacters, phoneCharacters, noteCharacters } = contactsLimits;
  assert.deepEqual(contactsBounds, { checked, groupMembers, nameCharacters, phoneCharacters, noteCharacters });
});
