/** Those that read differently the second time, or at another parser: mutation, clobbering, confusion of name spaces. */
import { vectorsOf } from './vector.ts';

const at = 'https://evil.example';
const bad = '<img src=x onerror=top.pwned=1>';
const mutations = vectorsOf('mutation', 'run', {
  'noscript with scripts off': `<noscript><p title="</noscript>${bad}"></noscript>`,
  'an attribute that closes a style': `<style><p title="</style>${bad}"></style>`,
  'an attribute that closes a title': `<title><p title="</title>${bad}"></title>`,
  'an attribute that closes a text area': `<textarea><p title="</textarea>${bad}"></textarea>`,
  'an attribute that closes an xmp': `<xmp><p title="</xmp>${bad}"></xmp>`,
  'an attribute that closes a noembed': `<noembed><p title="</noembed>${bad}"></noembed>`,
  'an attribute that closes noframes': `<noframes><p title="</noframes>${bad}"></noframes>`,
  'an attribute that closes a frame': `<iframe><p title="</iframe>${bad}"></iframe>`,
  'a processing instruction': `<?xml version="1.0"?>${bad}<?php ${bad} ?>`,
  'a declaration': `<!DOCTYPE html [<!ENTITY x "${bad}">]>${bad}`,
  'a conditional comment that others read': `<![if !IE]>${bad}<![endif]>`,
  'a section of characters in HTML': `<![CDATA[<p title="]]>${bad}">`,
  'a closing element with attributes': `</p x="><script>">${bad}`,
});

const confused = vectorsOf('name spaces', 'run', {
  'a style in a formula in a table': `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=top.pwned=1&gt;"></table>${bad}`,
  'a break out of a drawing': `<svg></p><style><a title="</style>${bad}">`,
  'a break out of a formula': `<math></br><style><a title="</style>${bad}">`,
  'a section of characters in a drawing': `<svg><![CDATA[</svg>]]></svg>${bad}`,
  'an annotation in XML': `<math><annotation-xml><style></math>${bad}`,
  'an annotation in XHTML': `<math><annotation-xml encoding="application/xhtml+xml"><style><img src=</style>${bad}`,
  'foreign content and a paragraph': `<svg><foreignobject><p><style></svg><!--</style>-->${bad}`,
});

const confusedAsleep = vectorsOf('name spaces', 'dormant', {
  'a style in a formula in a form': `<form><math><mtext></form><form><mglyph><style></math>${bad}`,
  'a title in a drawing': `<svg><title><style></svg>${bad}</style></title>`,
  'a description in a drawing': `<svg><desc><noscript></svg>${bad}`,
  'a font with a colour': `<svg><font color=red><style></svg>${bad}</style>`,
  'a formula, a glyph and a comment': `<math><mtext><table><mglyph><style><math>&lt;img src=x onerror=top.pwned=1&gt;`,
  'a formula in a formula': `<math><mi><math><mglyph><style><!--</style><a title="--&gt;&lt;img src onerror=top.pwned=1&gt;">`,
  'selects in a drawing': `<select><svg><style><option title="</style>&lt;img src=x onerror=top.pwned=1&gt;">`,
  'a select that is rewritten': `<select><template><img src=x onerror=top.pwned=1></template></select>`,
  'XHTML names': `<html:script xmlns:html="http://www.w3.org/1999/xhtml">top.pwned=1</html:script><x:img src=x onerror=top.pwned=1 xmlns:x="http://www.w3.org/1999/xhtml"/>`,
  'a shadow by a template': `<div><template shadowrootmode=open><style>@import "${at}/shadow.css"</style><slot></slot></template>x</div>`,
  plaintext: `<plaintext><img src=x onerror=top.pwned=1>`,
  'a listing': `<listing>&lt;img onerror="top.pwned=1" src=x&gt;</listing>`,
  'an element of its own': `<x-hygie is="button" onclick=top.pwned=1 slot=a part=b exportparts=c>x</x-hygie>`,
});

const mutationsAsleep = vectorsOf('mutation', 'dormant', {
  'a comment that a parser sees late': `<!--><p title="-->${bad}">`,
  'a bogus closing': `</ ${bad}`,
  'a conditional comment': `<!--[if gte mso 9]><xml><img src="${at}/mso.png"></xml><![endif]-->`,
  'a conditional comment, closed twice': `<!--[if true]><script>top.pwned=1</script><![endif]-->`,
  'grave accents': `<img src="x\`\`onerror=top.pwned=1" alt="\`\`">`,
  'deep nesting': `${'<div>'.repeat(600)}<table>${'<b><i>'.repeat(60)}<svg><style><img src=x title="</style>&lt;img src=x onerror=top.pwned=1&gt;">`,
  'formatting that is adopted': `<a><b><p></a></b><table><a href="javascript:top.pwned=1"><tr><td></a>x`,
  'an entity without end': `<p title="&lt;script&gttop.pwned=1&lt/script&gt">&ltscript&gttop.pwned=1&lt/script&gt</p>`,
  'UTF-7': `+ADw-script+AD4-top.pwned=1+ADw-/script+AD4-`,
  'long bytes of UTF-8': `\ufffd\ufffdscript\ufffd\ufffd top.pwned=1 \u00c0\u00bcscript\u00c0\u00be`,
  'wide signs': `\uff1cscript\uff1etop.pwned=1\uff1c/script\uff1e`,
  'a mark of the order of bytes inside': `<\ufeffscript>top.pwned=1</\ufeffscript><img src=x on\ufefferror=top.pwned=1>`,
  'escape sequences of Japanese': `\u001b$B<img title="\u001b(B" src=x alt=">&lt;script&gt;">`,
});

const clobbering = vectorsOf('clobbering', 'dormant', {
  'a body by name': `<form name=body></form><img name=body><form name=documentElement></form>`,
  'a document by name': `<img name=documentElement><img name=createElement><img name=querySelectorAll><img name=implementation>`,
  'a form with its own attributes': `<form><input name=attributes><input name=childNodes><input name=removeChild><input name=parentNode></form>`,
  'a form with its own name': `<form id=x><input name=nodeName><input name=namespaceURI><input name=nodeType><p onclick=top.pwned=1>x</form>`,
  'a form that hides a child': `<form><input name=firstChild><input name=nextSibling><script>1</script></form>`,
  'a window by identifiers': `<a id=top><a id=parent><a id=pwned href="https://evil.example/"></a>`,
  'a collection': `<a id=config><a id=config name=url href="${at}/x.js"></a>`,
  'a cookie by name': `<img name=cookie><img name=domain><img name=location><img name=referrer>`,
  'a frame by name': `<p name=self></p><b id=location></b><i id=document></i><img id=DOMPurify>`,
});

const deceit = vectorsOf('deceit', 'dormant', {
  'a bank that is elsewhere': `<a href="https://evil.example/login">https://www.caisse.example/connexion</a>`,
  'a host that is elsewhere': `<a href="https://evil.example/">mssante.example</a>`,
  'a host before the sign': `<a href="https://www.caisse.example@evil.example/">Mon compte</a>`,
  'a host as a part of a host': `<a href="https://www.caisse.example.evil.example/">www.caisse.example</a>`,
  'letters of another script': `<a href="https://c\u0430isse.example/">caisse.example</a>`,
  'a host with invisible letters': `<a href="https://evil.example/">cai\u200bsse.example</a>`,
  'a host written from right to left': `<a href="https://evil.example/">\u202eelpmaxe.essiac\u202c https://caisse.example</a>`,
  'a link to another window': `<a target=_top href="https://evil.example/top">a</a><a target=_parent href="https://evil.example/parent">b</a><a target=hygie href="https://evil.example/t">c</a>`,
  'a link that downloads': `<a download=facture.exe href="https://evil.example/f.exe">facture.pdf</a>`,
  'another address than shown': `<a href="mailto:pirate@evil.example?bcc=x@evil.example&attach=/etc/passwd">cardiologie@hopital.mssante.example</a>`,
  'a call that costs': `<a href="tel:*%2306%23;phone-context=x">Appeler</a><a href="sms:0899000000?body=x">SMS</a>`,
  'a false notice of ours': `<div class="hygie-notice" role=alert aria-live=assertive>Professionnel vérifié</div>`,
  'a label for what stands elsewhere': `<label for=contenu>x</label><a href="#contenu" aria-owns=root aria-hidden=true>y</a>`,
  'a scroll to a text': `<a href="#:~:text=x">x</a><a href="https://evil.example/#:~:text=secret">y</a>`,
});

export const mutationVectors = [
  ...mutations,
  ...confused,
  ...confusedAsleep,
  ...mutationsAsleep,
  ...clobbering,
  ...deceit,
];
