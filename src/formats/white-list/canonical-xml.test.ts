import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { CanonicalWriter } from './canonical-xml.ts';
import { walkXml } from './xml-reader.ts';

function canonicalize(xml: string): string {
  let written = '';
  const writer = new CanonicalWriter((text) => {
    written += text;
  });
  walkXml(Buffer.from(xml), {
    open: (element) => writer.open(element),
    close: (element) => writer.close(element.name),
    text: (text) => writer.text(text),
    instruction: (target, body) => writer.instruction(target, body),
  });
  return written;
}

describe('exclusive canonical XML', () => {
  const examples: readonly (readonly [string, string, string])[] = [
    // REC-xml-c14n §2.3
    ['opens empty elements and drops the declaration', '<?xml version="1.0"?><a/>', '<a></a>'],
    ['drops comments, within text too', '<!--x--><a>b<!-- c -->d</a><!--y-->', '<a>bd</a>'],
    ['escapes text', '<a>&amp;&lt;&gt;&#13;"\'</a>', '<a>&amp;&lt;&gt;&#xD;"\'</a>'],
    ['escapes values', '<a b="&amp;&lt;>&#9;&#10;&#13;&quot;\'"/>', '<a b="&amp;&lt;>&#x9;&#xA;&#xD;&quot;\'"></a>'],
    ['normalizes white space of values', '<a b="1\t2\n3\r\n4"/>', '<a b="1 2 3 4"></a>'],
    ['writes CDATA as text', '<a><![CDATA[<b>&]]>c</a>', '<a>&lt;b&gt;&amp;c</a>'],
    ['turns line ends into line feeds', '<a>1\r\n2\r3\n</a>', '<a>1\n2\n3\n</a>'],
    [
      'sets instructions outside the root on lines of their own',
      '<?p  q ?><a><?r?></a>\n<?s t?>',
      '<?p q ?>\n<a><?r?></a>\n<?s t?>',
    ],
    [
      'sorts attributes by namespace, then name',
      '<a xmlns:z="u:1" xmlns:y="u:2" y:a="1" z:b="2" b="3" a="4"/>',
      '<a xmlns:y="u:2" xmlns:z="u:1" a="4" b="3" z:b="2" y:a="1"></a>',
    ],
    ['sorts by code point', '<a \u{1d4d0}="1" \ufa1f="2"/>', '<a \ufa1f="2" \u{1d4d0}="1"></a>'],
    // REC-xml-exc-c14n §3
    ['leaves out unused namespaces', '<a xmlns:p="u:p"><b/></a>', '<a><b></b></a>'],
    [
      'declares a prefix where it is used, once on a path',
      '<a xmlns:p="u:p"><p:b><p:c/></p:b><p:d/></a>',
      '<a><p:b xmlns:p="u:p"><p:c></p:c></p:b><p:d xmlns:p="u:p"></p:d></a>',
    ],
    [
      'declares again what changed',
      '<p:a xmlns:p="1"><p:b xmlns:p="2"><p:c xmlns:p="1"/></p:b></p:a>',
      '<p:a xmlns:p="1"><p:b xmlns:p="2"><p:c xmlns:p="1"></p:c></p:b></p:a>',
    ],
    [
      'takes the default namespace away',
      '<a xmlns="u"><b xmlns=""><c/></b></a>',
      '<a xmlns="u"><b xmlns=""><c></c></b></a>',
    ],
    ['does not take away what was not there', '<p:a xmlns:p="u"><b xmlns=""/></p:a>', '<p:a xmlns:p="u"><b></b></p:a>'],
    ['never declares xml', '<a xml:lang="fr"/>', '<a xml:lang="fr"></a>'],
  ];
  for (const [name, xml, expected] of examples) {
    test(name, () => {
      assert.equal(canonicalize(xml), expected);
    });
  }
});

/** A document with namespaces declared, hidden and taken away at every level. */
interface Shape {
  readonly bindings: readonly (readonly [string, string])[];
  readonly prefix: number;
  readonly attributes: readonly (readonly [number, string])[];
  readonly content: readonly (Shape | string)[];
}

const piece = fc.constantFrom('a', 'é', '𝔘', ' ', '\n', '&amp;', '&lt;', '&gt;', '&#13;', '&#x9;', "'", '&quot;');
const value = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('').replaceAll('\n', '&#10;'));
const inText = fc.oneof(
  fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
  fc.constantFrom('<!-- note -->', '<![CDATA[<&]]>'),
);
const binding = fc.tuple(fc.constantFrom('', 'p', 'q'), fc.constantFrom('u:1', 'u:2', 'u:3'));

const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.record({
    bindings: fc.uniqueArray(binding, { maxLength: 3, selector: ([prefix]) => prefix }),
    prefix: fc.nat(9),
    attributes: fc.array(fc.tuple(fc.nat(9), value), { maxLength: 3 }),
    content: fc.array(fc.oneof({ maxDepth: 3, depthSize: 'small' }, inText, tie('shape')), { maxLength: 3 }),
  }),
}));

function print(node: Shape, scope: readonly string[]): string {
  const own = [...new Set([...scope, ...node.bindings.map(([prefix]) => prefix)])];
  const prefixed = (choice: number, local: string): string => {
    const prefix = own[choice % own.length] ?? '';
    return prefix === '' ? local : `${prefix}:${local}`;
  };
  const name = prefixed(node.prefix, 'e');
  const namespaces = node.bindings.map(([prefix, uri]) => ` xmlns${prefix === '' ? '' : `:${prefix}`}="${uri}"`);
  // Each attribute has a local name of its own: two prefixes may be bound to one namespace.
  const attributes = node.attributes.map(([choice, text], i) => ` ${prefixed(choice, `x${9 - i}`)}="${text}"`);
  const content = node.content.map((child) => (typeof child === 'string' ? child : print(child, own)));
  return `<${name}${attributes.join('')}${namespaces.join('')}>${content.join('')}</${name}>`;
}

// REC-xml-exc-c14n §3
test('agrees with a general library on generated documents', () => {
  fc.assert(
    fc.property(shape, (root) => {
      const xml = print(root, ['']);
      const document = new DOMParser().parseFromString(xml, 'text/xml');
      // The declared types of the library's DOM are those of browsers.
      const element = document.documentElement as unknown as Parameters<ExclusiveCanonicalization['process']>[0];
      assert.equal(canonicalize(xml), new ExclusiveCanonicalization().process(element, {}).toString());
    }),
    { numRuns: 400 },
  );
});

test('is its own canonical form', () => {
  fc.assert(
    fc.property(shape, (root) => {
      const once = canonicalize(print(root, ['']));
      assert.equal(canonicalize(once), once);
    }),
  );
});
