import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { fhirSearchLimits } from '../../base/end-limits.ts';
import { Refusal } from '../../base/errors.ts';
import type { ResourceType } from './resources.ts';
import { readDateRange } from './search-dates.ts';
import { searchParameters } from './search-parameters.ts';
import { readReading, readSearch } from './search-request.ts';

function asked(type: ResourceType, pairs: readonly (readonly [string, string])[], isLenient = false) {
  return readSearch(type, pairs, isLenient);
}

function anyOf(type: ResourceType, name: string, value: string) {
  const [criterion] = asked(type, [[name, value]]).criteria;
  assert(criterion !== undefined);
  return criterion.anyOf;
}

function isRefusal(code: string) {
  return (fault: unknown): boolean => fault instanceof Refusal && fault.code === code;
}

describe('the values of a search', () => {
  test('are cut at commas and bars that no backslash escapes', () => {
    for (const [value, expected] of [
      ['dupont,martin', ['dupont', 'martin']],
      ['dupont\\,martin', ['dupont,martin']],
      ['a\\|b\\$c', ['a|b$c']],
      ['a\\\\\\,b,cd', ['a\\,b', 'cd']],
      ['ab\\\\,cd', ['ab\\', 'cd']],
    ] as const) {
      assert.deepEqual(anyOf('Practitioner', 'family', value), expected, value);
    }
    for (const value of ['', ',ab', 'ab,', 'ab,,cd', 'ab\\x', 'ab\\', 'a|b', 'a\u0000b', 'ab\n', 'a\ud800b']) {
      assert.throws(() => anyOf('Practitioner', 'family', value), isRefusal('fhir-value'), JSON.stringify(value));
    }
  });

  test('are tokens in four forms', () => {
    for (const [value, expected] of [
      ['8100', { code: '8100' }],
      ['urn:x|8100', { system: 'urn:x', code: '8100' }],
      ['|8100', { system: '', code: '8100' }],
      ['urn:x|', { system: 'urn:x' }],
      ['urn\\|x|a\\,b', { system: 'urn|x', code: 'a,b' }],
    ] as const) {
      assert.deepEqual(anyOf('Practitioner', 'identifier', value), [expected], value);
    }
    for (const value of ['|', 'a|b|c']) {
      assert.throws(() => anyOf('Practitioner', 'identifier', value), isRefusal('fhir-value'), value);
    }
  });

  test('are references to the type that the parameter means', () => {
    for (const [value, expected] of [
      ['8100', ['8100']],
      ['Practitioner/8100', ['8100']],
      ['https://mss.example/fhir/Practitioner/8100', ['8100']],
      ['Organization/8100', []],
    ] as const) {
      assert.deepEqual(anyOf('PractitionerRole', 'practitioner', value), expected, value);
    }
    for (const value of ['/8100', 'Practitioner/', 'Practitioner/81/00', 'ftp://x/Practitioner/1', "8'1"]) {
      assert.throws(() => anyOf('PractitionerRole', 'practitioner', value), isRefusal('fhir-value'), value);
    }
  });

  test('are bounded in number and in length', () => {
    const { alternatives, valueCharacters, leastTextCharacters } = fhirSearchLimits;
    const values = (count: number): string => Array.from({ length: count }, () => 'ab').join(',');
    assert.equal(anyOf('Practitioner', 'family', values(alternatives)).length, alternatives);
    assert.throws(() => anyOf('Practitioner', 'family', values(alternatives + 1)), isRefusal('fhir-too-many'));
    assert.equal(anyOf('Practitioner', 'family', 'a'.repeat(valueCharacters)).length, 1);
    assert.throws(
      () => anyOf('Practitioner', 'family', 'a'.repeat(valueCharacters + 1)),
      isRefusal('fhir-value-too-long'),
    );
    assert.equal(anyOf('Practitioner', 'family', 'a'.repeat(leastTextCharacters)).length, 1);
    assert.throws(
      () => anyOf('Practitioner', 'family', ` ${'a'.repeat(leastTextCharacters - 1)} `),
      isRefusal('fhir-value'),
    );
  });
});

describe('a date in a search', () => {
  test('is the span that its precision covers', () => {
    for (const [value, from, before] of [
      ['2026', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
      ['2026-12', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
      ['eq2024-02-29', '2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
      ['2026-11-22T10:30', '2026-11-22T10:30:00.000Z', '2026-11-22T10:31:00.000Z'],
      ['2026-11-22T10:30:05+01:00', '2026-11-22T09:30:05.000Z', '2026-11-22T09:30:06.000Z'],
      ['2026-11-22T10:30:05.1234Z', '2026-11-22T10:30:05.123Z', '2026-11-22T10:30:05.124Z'],
    ] as const) {
      assert.deepEqual(readDateRange('x', value), { from: new Date(from), before: new Date(before) }, value);
    }
  });

  test('stands to others as its prefix says', () => {
    const from = new Date('2026-11-22T00:00:00Z');
    const before = new Date('2026-11-23T00:00:00Z');
    for (const [prefix, expected] of [
      ['eq', { from, before }],
      ['gt', { from: before }],
      ['sa', { from: before }],
      ['ge', { from }],
      ['lt', { before: from }],
      ['eb', { before: from }],
      ['le', { before }],
    ] as const) {
      assert.deepEqual(readDateRange('x', `${prefix}2026-11-22`), expected, prefix);
    }
  });

  test('that is none is refused', () => {
    for (const value of [
      '2026-13',
      '2026-02-29',
      '2026-00-01',
      '2026-01-32',
      '0000',
      'ne2026',
      'ap2026',
      '26',
      '2026-1-1',
    ]) {
      assert.throws(() => readDateRange('x', value), isRefusal('fhir-value'), value);
    }
    // An unescaped `+` of a zone comes as a space.
    for (const value of ['2026-01-01T10', '2026-01-01T25:00', '2026-01-01T10:00 01:00', '2026-01-01T10:00Zx', '']) {
      assert.throws(() => readDateRange('x', value), isRefusal('fhir-value'), value);
    }
  });
});

describe('a search', () => {
  test('keeps what it understood for its links, and its place apart', () => {
    const search = asked('Practitioner', [
      ['family', 'dup'],
      ['_count', '10'],
      ['_cursor', 'abc'],
    ]);
    assert.deepEqual(search.kept, [
      ['family', 'dup'],
      ['_count', '10'],
    ]);
    assert.equal(search.cursor, 'abc');
    assert.equal(search.count, 10);
  });

  test('gives fewer than asked for rather than too many, and counts alone for none', () => {
    const { page, defaultCount } = fhirSearchLimits;
    assert.equal(asked('Practitioner', []).count, defaultCount);
    assert.equal(asked('Practitioner', [['_count', String(page)]]).count, page);
    assert.equal(asked('Practitioner', [['_count', String(page + 1)]]).count, page);
    assert.equal(asked('Practitioner', [['_count', '0']]).isCountOnly, true);
    assert.throws(() => asked('Practitioner', [['_count', '1e3']]), isRefusal('fhir-value'));
  });

  test('refuses by name what its resource has not, or leaves it out when asked to', () => {
    const pairs = [
      ['family', 'dup'],
      ['shoe-size', '42'],
    ] as const;
    assert.throws(
      () => asked('Practitioner', pairs),
      (fault) => fault instanceof Refusal && fault.publicText.includes('shoe-size'),
    );
    assert.deepEqual(asked('Practitioner', pairs, true).ignored, ['shoe-size']);
    assert.deepEqual(asked('Organization', [['family', 'dup']], true).criteria, []);
    assert.deepEqual(asked('Organization', [['<b>\n', 'x']], true).ignored, ['?b??']);
    assert.deepEqual(asked('Organization', [['__proto__', 'x']], true).ignored, ['__proto__']);
    assert.equal(
      asked('Organization', [['x'.repeat(99), 'x']], true).ignored[0]?.length,
      fhirSearchLimits.nameCharacters,
    );
  });

  test('refuses a text that begins every name once it is folded', () => {
    assert.throws(() => asked('Practitioner', [['family', '\u0301\u0301']]), isRefusal('fhir-value'));
    assert.throws(() => asked('Practitioner', [['name', 'e\u0301']]), isRefusal('fhir-value'));
    assert.equal(asked('Practitioner', [['name', 'Œ']]).criteria.length, 1);
  });

  test('refuses modifiers that it does not offer, leniently asked or not', () => {
    for (const name of [
      'family:contains',
      'family:exact:exact',
      'identifier:not',
      '_id:missing',
      'practitioner:exact',
    ]) {
      const type = name.startsWith('practitioner') ? 'PractitionerRole' : 'Practitioner';
      assert.throws(() => asked(type, [[name, 'abc']], true), isRefusal('fhir-modifier'), name);
    }
    assert.equal(asked('Practitioner', [['family:exact', 'DUPONT']]).criteria.length, 1);
  });

  test('knows what can be brought along by which resource', () => {
    const role = asked('PractitionerRole', [
      ['_include', 'PractitionerRole:organization'],
      ['_include', 'PractitionerRole:practitioner'],
    ]);
    assert.deepEqual(role.include, ['practitioner', 'organization']);
    assert.deepEqual(asked('PractitionerRole', [['_include', '*']]).include, ['practitioner', 'organization']);
    const person = asked('Practitioner', [
      ['_revinclude', 'PractitionerRole:practitioner'],
      ['_include:iterate', 'PractitionerRole:organization'],
    ]);
    assert.equal(person.includesRoles, true);
    assert.deepEqual(person.include, ['organization']);
    for (const [type, name, value] of [
      ['Practitioner', '_include', 'PractitionerRole:organization'],
      ['Practitioner', '_revinclude', 'PractitionerRole:organization'],
      ['Organization', '_revinclude', 'Device:organization'],
      ['PractitionerRole', '_revinclude', '*'],
    ] as const) {
      assert.throws(() => asked(type, [[name, value]]), isRefusal('fhir-include'), `${type} ${name}=${value}`);
    }
    assert.throws(() => asked('PractitionerRole', [['_include:recurse', '*']]), isRefusal('fhir-modifier'));
  });

  test('is bounded in parameters, elements and the length of its place', () => {
    const { parameters, elements, cursorCharacters } = fhirSearchLimits;
    const pairs = (count: number) => Array.from({ length: count }, () => ['family', 'dup'] as const);
    assert.equal(asked('Practitioner', pairs(parameters)).criteria.length, parameters);
    assert.throws(() => asked('Practitioner', pairs(parameters + 1)), isRefusal('fhir-too-many'));
    const names = (count: number): string => Array.from({ length: count }, () => 'name').join(',');
    assert.equal(asked('Practitioner', [['_elements', names(elements)]]).elements?.length, elements);
    assert.throws(() => asked('Practitioner', [['_elements', names(elements + 1)]]), isRefusal('fhir-too-many'));
    assert.equal(asked('Practitioner', [['_cursor', 'x'.repeat(cursorCharacters)]]).cursor?.length, cursorCharacters);
    assert.throws(
      () => asked('Practitioner', [['_cursor', 'x'.repeat(cursorCharacters + 1)]]),
      isRefusal('fhir-cursor'),
    );
    assert.throws(
      () =>
        asked('Practitioner', [
          ['_count', '1'],
          ['_count', '2'],
        ]),
      isRefusal('fhir-repeated'),
    );
  });

  test('is read or refused, whatever it says', () => {
    const names = Object.values(searchParameters).flatMap((table) => table.map(({ name }) => name));
    const controls = [
      '_count',
      '_sort',
      '_total',
      '_summary',
      '_elements',
      '_format',
      '_include',
      '_revinclude',
      '_cursor',
    ];
    const name = fc.oneof(fc.constantFrom(...names, ...controls), fc.string());
    const pairs = fc.array(fc.tuple(name, fc.string({ unit: 'binary' })), { maxLength: 4 });
    const type = fc.constantFrom<ResourceType>('Practitioner', 'PractitionerRole', 'Organization');
    fc.assert(
      fc.property(type, pairs, fc.boolean(), (one, given, isLenient) => {
        try {
          asked(one, given, isLenient);
        } catch (fault) {
          assert(fault instanceof Refusal, String(fault));
        }
      }),
    );
  });
});

test('a read takes its format and its elements, and nothing else', () => {
  assert.deepEqual(readReading([['_elements', 'name,identifier']], false), { elements: ['name', 'identifier'] });
  assert.deepEqual(readReading([['_format', 'json']], false), {});
  // As `_format=application/fhir+json` is decoded.
  assert.deepEqual(readReading([['_format', 'application/fhir json']], false), {});
  assert.throws(() => readReading([['_format', 'xml']], false), isRefusal('fhir-format'));
  assert.throws(() => readReading([['name', 'x']], false), isRefusal('fhir-parameter-unknown'));
  assert.deepEqual(readReading([['name', 'x']], true), {});
});
