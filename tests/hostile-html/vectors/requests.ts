/** Those that want to be asked for: who opens the message, when and from where is told by the request itself. */
import { vectorsOf } from './vector.ts';

const at = 'https://evil.example';
const images = vectorsOf('remote image', 'ask', {
  'an image': `<img src="${at}/i.png">`,
  'an image without scheme': `<img src="//evil.example/i.png">`,
  'an image without encryption': `<img src="http://evil.example/i.png">`,
  'an image with backslashes': `<img src="\\\\evil.example\\i.png">`,
  'an image with a tab in its scheme': `<img src="ht\ttps://evil.example/i.png">`,
  'an image with entities': `<img src="&#104;ttps&colon;&sol;&sol;evil.example/i.png">`,
  'an image with slashes left out': `<img src="https:evil.example/i.png">`,
  'an image with a user': `<img src="https://www.cabinet.example@evil.example/i.png">`,
  'a dot of one pixel': `<img width=1 height=1 src="${at}/dot.gif">`,
  'an image put off': `<img loading=lazy src="${at}/lazy.png">`,
  'a set of images': `<img srcset="${at}/1.png 1x, ${at}/2.png 2x">`,
  'a set of images behind an innocent one': `<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" srcset="${at}/1.png 2x, ${at}/2.png 1x" sizes=100vw>`,
  'a picture': `<picture><source srcset="${at}/p.webp" type="image/webp"><img src="x"></picture>`,
  'a picture by the width': `<picture><source media="(min-width:1px)" srcset="${at}/m.png"><img></picture>`,
  'the ground of a body': `<body background="${at}/b.png">`,
  'the ground of a table': `<table background="${at}/t.png"><tr><td>x</table>`,
  'the ground of a cell': `<table><tr><td background="${at}/d.png">x</table>`,
  'the button of a form': `<input type=image src="${at}/s.png">`,
  'a poster': `<video poster="${at}/v.png"></video>`,
  'an image named image': `<image src="${at}/image.png">`,
});

const media = vectorsOf('remote medium', 'ask', {
  'a film': `<video src="${at}/v.mp4" autoplay muted></video>`,
  'a film by its source': `<video autoplay muted><source src="${at}/v.webm"></video>`,
  'a sound': `<audio src="${at}/a.mp3" autoplay></audio>`,
  'a sound by its source': `<audio autoplay preload=auto><source src="${at}/a.ogg"></audio>`,
  subtitles: `<video src="${at}/s.mp4" crossorigin><track default kind=subtitles src="${at}/t.vtt"></video>`,
  'an object': `<object data="${at}/o.html"></object>`,
  'an object of an image': `<object type="image/png" data="${at}/o.png"></object>`,
  'an embed': `<embed src="${at}/e.html">`,
  'a frame': `<iframe src="${at}/f.html"></iframe>`,
  'a frame put off': `<iframe loading=lazy src="${at}/lazy.html"></iframe>`,
  'a set of frames': `<frameset><frame src="${at}/frame.html"></frameset>`,
  'an object in an object': `<object type="x/y"><object data="${at}/inner.html"></object></object>`,
});

const sleepingMedia = vectorsOf('remote medium', 'dormant', {
  'an applet': `<applet code="x.class" codebase="${at}/" archive="${at}/a.jar"></applet>`,
  'a portal': `<portal src="${at}/portal"></portal>`,
  'a fenced frame': `<fencedframe src="${at}/fenced"></fencedframe>`,
  'a sound of the ground': `<bgsound src="${at}/bg.wav">`,
  'a layer': `<layer src="${at}/l.html"></layer><ilayer src="${at}/l.html"></ilayer>`,
  'data of Internet Explorer': `<xml src="${at}/x.xml" id=x></xml><span datasrc=#x datafld=y></span>`,
  'a link by ping': `<a href="https://exemple.example/" ping="${at}/ping">x</a>`,
  'a form': `<form action="${at}/form" method=post><input name=code><input type=submit></form>`,
  'a button of a form': `<button form=f formaction="${at}/formaction">x</button><form id=f></form>`,
  'a field of a form elsewhere': `<input form=f name=x><form id=f action="${at}/f"></form><isindex action="${at}/i">`,
  'a list of a head': `<html manifest="${at}/m.appcache"><head profile="${at}/profile">x`,
  'a quotation with its source': `<blockquote cite="${at}/cite">x</blockquote><q cite="${at}/q">y</q><img longdesc="${at}/long">`,
});

const heads = vectorsOf('link and meta', 'ask', {
  'a sheet': `<link rel=stylesheet href="${at}/s.css">`,
  'a sheet in the body': `<p>x</p><link rel=stylesheet href="${at}/late.css">`,
  'an image before it is needed': `<link rel=preload as=image href="${at}/preload.png">`,
  'a page before it is needed': `<link rel=prefetch href="${at}/prefetch">`,
  'a module before it is needed': `<link rel=modulepreload href="${at}/m.js">`,
  'a refresh': `<meta http-equiv=refresh content="0;url=${at}/refresh">`,
  'a refresh in the body': `<p>x</p><meta http-equiv="refresh" content="0; URL='${at}/refresh-body'">`,
  'a base for everything': `<base href="${at}/base/"><img src="relative.png">`,
  'a base twice': `<base target=_top href="${at}/b/"><base href="/"><img src="second.png">`,
});

const sleepingHeads = vectorsOf('link and meta', 'dormant', {
  'a name looked up': `<link rel=dns-prefetch href="${at}"><meta http-equiv=x-dns-prefetch-control content=on><a href="${at}">x</a>`,
  'a connection opened': `<link rel=preconnect href="${at}">`,
  'a page rendered before': `<link rel=prerender href="${at}/prerender">`,
  'a list of the application': `<link rel=manifest href="${at}/manifest.json">`,
  'an icon': `<link rel=icon href="${at}/favicon.ico"><link rel="shortcut icon" href="${at}/f.ico">`,
  'an import': `<link rel=import href="${at}/import.html">`,
  'a search': `<link rel=search type="application/opensearchdescription+xml" href="${at}/o.xml">`,
  'a cookie': `<meta http-equiv=set-cookie content="a=b; path=/">`,
  'a policy of its own': `<meta http-equiv=content-security-policy content="default-src *; report-uri ${at}/csp">`,
  'a charset of its own': `<meta charset=utf-7>+ADw-img src=${at}/utf7.png+AD4-`,
  'a charset by content': `<meta http-equiv=content-type content="text/html; charset=iso-2022-jp">\u001b(J<img alt="\\" src=${at}/jis.png>`,
  'a referrer of its own': `<meta name=referrer content=unsafe-url><a href="${at}/r">x</a>`,
  'a colour of the window': `<meta name=theme-color content=red><meta name=color-scheme content=dark><meta name=viewport content="width=1">`,
});

const drawings = vectorsOf('SVG and MathML', 'ask', {
  'an image in a drawing': `<svg><image href="${at}/svg.png"/></svg>`,
  'an image in a drawing by XLink': `<svg><image xlink:href="${at}/xlink.png"/></svg>`,
  'a filter with an image': `<svg><filter id=f><feImage href="${at}/fe.png"/></filter><rect width=9 height=9 filter="url(#f)"/></svg>`,
  'a style in a drawing': `<svg><style>@import "${at}/svg.css";</style></svg>`,
  'a drawing with foreign content': `<svg width=9 height=9><foreignObject width=9 height=9><img src="${at}/foreign.png"></foreignObject></svg>`,
  'a frame in foreign content': `<svg><foreignObject><iframe src="${at}/fo.html"></iframe></foreignObject></svg>`,
  'a formula with an image': `<math><mtext><img src="${at}/mtext.png"></mtext></math>`,
  'a formula with an annotation': `<math><annotation-xml encoding="text/html"><img src="${at}/annotation.png"></annotation-xml></math>`,
  'a use of another file': `<svg><use href="${at}/sprite.svg#x"/></svg><svg><image href="${at}/use.png"/></svg>`,
});

const drawnScripts = vectorsOf('SVG and MathML', 'run', {
  'a script in a drawing': `<svg><script>top.pwned=1</script></svg>`,
  'a script in a drawing with entities': `<svg><script>&#116;op.pwned=1</script></svg>`,
  'a script of another place in a drawing': `<svg><script href="data:text/javascript,top.pwned=1"></script></svg>`,
  'an animation that begins': `<svg><animate onbegin=top.pwned=1 attributeName=x dur=1s></svg>`,
  'a setting that begins': `<svg><set onbegin=top.pwned=1 attributeName=x to=y></svg>`,
  'a motion that begins': `<svg><animateMotion onbegin=top.pwned=1 dur=1s></svg>`,
  'a transform that begins': `<svg><animateTransform onbegin=top.pwned=1 attributeName=transform></svg>`,
  'a drawing in a formula': `<math><mi><svg onload=top.pwned=1></mi></math>`,
});

const drawnSleep = vectorsOf('SVG and MathML', 'dormant', {
  'a link that is animated into a script': `<svg><a><animate attributeName=href values="javascript:top.pwned=1"/><text x=20 y=20>x</text></a></svg>`,
  'a link that is set': `<svg><a><set attributeName=href to="javascript:top.pwned=1"/><text y=20>x</text></a></svg>`,
  'a fill by address': `<svg><rect fill="url(${at}/fill.svg#a)" stroke="url(${at}/stroke.svg#a)" width=9 height=9 /></svg>`,
  'a mask, a clip and a filter': `<svg><rect mask="url(${at}/m.svg#a)" clip-path="url(${at}/c.svg#a)" filter="url(${at}/f.svg#a)" width=9 height=9 /></svg>`,
  'a marker and a cursor': `<svg><path marker-start="url(${at}/k.svg#a)" cursor="url(${at}/cur.svg)" d="M0 0L9 9"/></svg>`,
  'a formula that is a link': `<math href="javascript:top.pwned=1"><mtext>x</mtext></math><math><maction actiontype="statusline#x" xlink:href="javascript:top.pwned=1">y</maction></math>`,
  'an animated fill': `<svg><rect width=9 height=9><animate attributeName=fill values="url(${at}/anim.svg#a)" dur=1s /></rect></svg>`,
  'a drawing as an image': `<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.pwned=1'><image href='${at}/nested.png'/></svg>">`,
  'a handler of XML events': `<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">top.pwned=1</handler></svg>`,
});

export const requestVectors = [
  ...images,
  ...media,
  ...sleepingMedia,
  ...heads,
  ...sleepingHeads,
  ...drawings,
  ...drawnScripts,
  ...drawnSleep,
];
