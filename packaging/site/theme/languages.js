// Languages that highlight.js in mdBook does not know. The build appends this to it.
// HCL:
hljs.registerLanguage("hcl", function (hljs) {
  const interpolation = { className: "subst", begin: /[$%]\{/, end: /\}/, contains: [] };
  const string = { className: "string", begin: /"/, end: /"/, contains: [hljs.BACKSLASH_ESCAPE, interpolation] };
  interpolation.contains.push(string);
  return {
    aliases: ["terraform"],
    keywords: { literal: "true false null" },
    contains: [
      hljs.HASH_COMMENT_MODE,
      hljs.C_LINE_COMMENT_MODE,
      hljs.C_BLOCK_COMMENT_MODE,
      string,
      hljs.NUMBER_MODE,
      { className: "keyword", begin: /^\s*[a-z_]+(?=[^=\n]*\{)/ }, // the type of a block
      { className: "attr", begin: /^\s*[\w-]+(?=\s*=[^=>])/ },
    ],
  };
});
// Groovy, as in a Jenkinsfile, is close enough to Java.
hljs.registerAliases("groovy", { languageName: "java" });
