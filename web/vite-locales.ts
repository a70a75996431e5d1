/** React Aria brings its own few sentences in thirty languages. The pages speak French, and its code falls back to English. */
import type { Plugin } from 'vite';

const sentences = /\/react-(?:aria|aria-components|stately)\/dist\/private\/intl\/(?:[\w-]+\/)?(\w\w-\w\w)\.mjs$/;
const kept = ['fr-FR', 'en-US'];

export function frenchAlone(): Plugin {
  return {
    name: 'hygie-french-alone',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      const [, language] = sentences.exec(id) ?? [];
      return language === undefined || kept.includes(language) ? undefined : 'export default {};';
    },
  };
}
