import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contactsBounds } from '../../../../contract/contacts.ts';
import { deliveriesBounds } from '../../../../contract/deliveries.ts';
import { deviceBounds } from '../../../../contract/devices.ts';
import { searchBounds } from '../../../../contract/directory.ts';
import { unwantedBounds } from '../../../../contract/unwanted.ts';
import {
  accessLimits,
  contactsLimits,
  deliveryLimits,
  directorySearchLimits,
  unwantedLimits,
} from '../../../base/domain-limits.ts';

test('the schemas state the bounds that the domain keeps', () => {
  const { queryCharacters, page, offset } = directorySearchLimits;
  assert.deepEqual(searchBounds, { textCharacters: queryCharacters, page, offset });
  assert.deepEqual(deliveriesBounds, { emails: deliveryLimits.summaries });
  assert.deepEqual(unwantedBounds, { noteCharacters: unwantedLimits.noteCharacters });
  const { checked, groupMembers, nameCharacters, phoneCharacters, noteCharacters } = contactsLimits;
  assert.deepEqual(contactsBounds, { checked, groupMembers, nameCharacters, phoneCharacters, noteCharacters });
  const { devicesPerPerson: devices, deviceNameCharacters, deviceContactMs } = accessLimits;
  const contactDays = deviceContactMs / 86_400_000;
  assert.deepEqual(deviceBounds, { devices, nameCharacters: deviceNameCharacters, contactDays });
});
