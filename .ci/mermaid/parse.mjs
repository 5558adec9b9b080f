// Parses Mermaid diagrams: whole .mmd files, and the ```mermaid blocks of .md files. Fails on the first that Mermaid refuses.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!doctype html>');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });

function pictures(file) {
  const text = readFileSync(file, 'utf8');
  if (!file.endsWith('.md')) {
    return [text];
  }
  return [...text.matchAll(/^```mermaid\n(.*?)^```$/gms)].map((block) => block[1]);
}

let read = 0;
for (const file of process.argv.slice(2)) {
  for (const picture of pictures(file)) {
    try {
      // What the browser does too: the limit on text, then the grammar, then the limit on arrows.
      if (picture.length > 50_000) {
        throw new Error(`${picture.length} characters`);
      }
      await mermaid.parse(picture);
      read += 1;
    } catch (error) {
      console.error(`${file}: ${error.message}\n${picture}`);
      process.exit(1);
    }
  }
}
console.log(`Mermaid read ${read} pictures`);
if (read === 0) {
  process.exit(1);
}
