/** The frame's own sheet around a message. What must hold whatever the message says is `!important`, which a message never keeps. */

/** Class of the element that holds the message; the message's rules stand below it. */
export const messageClass = 'hygie-message';

const base = `
html { overflow: hidden; color-scheme: light dark; background: transparent; }
html[data-own-colours] { color-scheme: light; background: #ffffff; }
body { margin: 0; color: light-dark(#1d2524, #e9ebe8); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
a { color: light-dark(#0f5f55, #6fcfbe); }
html[data-own-colours] body { color: #1d2524; }
html[data-own-colours] a { color: #0f5f55; }
blockquote { margin: 8px 0; padding-left: 12px; border-left: 2px solid light-dark(#e2ddd2, #30363a); }
table { border-collapse: collapse; }
pre { white-space: pre-wrap; }
summary { cursor: pointer; color: light-dark(#56605d, #a5aeab); }
.${messageClass} { display: flow-root; overflow-x: auto; }
`;

const always = `
* { position: static !important; animation: none !important; transition: none !important; transform: none !important; }
.${messageClass} { display: flow-root !important; visibility: visible !important; opacity: 1 !important; float: none !important;
  width: auto !important; height: auto !important; max-height: none !important; margin: 0 !important; overflow-x: auto !important; }
html[data-own-colours] .${messageClass} { padding: 12px !important; }
img { max-width: 100% !important; height: auto; }
a:focus-visible, summary:focus-visible { outline: 2px solid light-dark(#0f5f55, #6fcfbe) !important; outline-offset: 2px !important; }
@media print { html { overflow: visible; color-scheme: light; } .${messageClass} { overflow: visible !important; } }
`;

export function frameSheet(messageSheet: string): string {
  return `${base}\n${messageSheet}\n${always}`;
}

/** Of the word of warning beside a link: the message's rules cannot reach what is said here. */
export const warningStyle: Readonly<Record<string, string>> = {
  display: 'inline-block',
  visibility: 'visible',
  opacity: '1',
  margin: '0 4px',
  padding: '0 6px',
  'font-size': '13px',
  'font-weight': '600',
  'line-height': '1.5',
  'letter-spacing': 'normal',
  'text-indent': '0',
  'text-decoration': 'none',
  'text-transform': 'none',
  'white-space': 'normal',
  width: 'auto',
  height: 'auto',
  'max-width': 'none',
  'max-height': 'none',
  'border-radius': '4px',
  color: '#a32626',
  'background-color': '#fbe5e2',
};
