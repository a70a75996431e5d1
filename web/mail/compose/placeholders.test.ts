import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fillHtml, fillText, knownValues, missingPlaceholders, placeholdersIn } from './placeholders.ts';

const known = knownValues({ today: '22/11/2026', correspondent: 'Dr <Roy>', me: 'Dr A', practice: 'Tilleuls' });

test('what is known is filled, the rest is asked for', () => {
  const names = placeholdersIn('{{Date}} {{ patient }}', 'à {{correspondant}}, {{date}} {{Âge}}');
  assert.deepEqual(names, ['Date', 'patient', 'correspondant', 'Âge']);
  assert.deepEqual(missingPlaceholders(names, known), ['patient', 'Âge']);
});

test('a value stands as text, in HTML too, and what has none stays', () => {
  assert.equal(fillText('Le {{date}}, {{ CORRESPONDANT }} {{patient}}', known), 'Le 22/11/2026, Dr <Roy> {{patient}}');
  assert.equal(fillHtml('<p>{{correspondant}}</p>', known), '<p>Dr &lt;Roy&gt;</p>');
});

test('accents and case do not matter', () => {
  assert.equal(fillText('{{ÂGE}}', new Map([['age', '64 ans']])), '64 ans');
});

test('a correspondent who is not known is asked for', () => {
  const values = knownValues({ today: '', correspondent: undefined, me: '', practice: '' });
  assert.deepEqual(missingPlaceholders(['correspondant'], values), ['correspondant']);
});

test('a value is never read for placeholders again', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      assert.equal(fillText('{{patient}}', new Map([['patient', value]])), value);
    }),
  );
});
