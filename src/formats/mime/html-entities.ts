/** Names of the characters U+00A0 to U+00FF, in order (HTML 4, Latin 1). */
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 ' +
  'acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml ' +
  'Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde ' +
  'Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ' +
  'ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide ' +
  'oslash ugrave uacute ucirc uuml yacute thorn yuml';

/** Other names met in mail, each followed by its code. */
const others =
  'OElig=152 oelig=153 Scaron=160 scaron=161 Yuml=178 fnof=192 circ=2c6 tilde=2dc ensp=2002 emsp=2003 ' +
  'thinsp=2009 zwnj=200c zwj=200d lrm=200e rlm=200f ndash=2013 mdash=2014 lsquo=2018 rsquo=2019 sbquo=201a ' +
  'ldquo=201c rdquo=201d bdquo=201e dagger=2020 Dagger=2021 bull=2022 hellip=2026 permil=2030 prime=2032 ' +
  'Prime=2033 lsaquo=2039 rsaquo=203a oline=203e frasl=2044 euro=20ac trade=2122 larr=2190 uarr=2191 rarr=2192 ' +
  'darr=2193 harr=2194 minus=2212 ne=2260 le=2264 ge=2265 asymp=2248 infin=221e radic=221a sum=2211 alpha=3b1 ' +
  'beta=3b2 gamma=3b3 delta=3b4 mu=3bc Delta=394 Omega=3a9 omega=3c9';

/** Named character references of Latin text, and what they stand for. */
export const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ...latin.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...others.split(' ').map((pair): [string, string] => {
    const [name = '', code = '20'] = pair.split('=');
    return [name, String.fromCharCode(Number.parseInt(code, 16))];
  }),
]);
