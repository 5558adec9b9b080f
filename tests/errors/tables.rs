//! Tables of provoked errors, by language.

use super::{Provoked, WRONG};

/// Terraform files. The text after the semicolon says what to do.
pub(crate) const MODULES: &[Provoked] = &[
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.app.0.1\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:42: error: an index after a dot cannot follow another one: write [0][1]; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = aws_iam_role.\n  app\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:38: error: a name must follow the dot on the same line; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = 10.11.10.12/32\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:26: error: not a number: text such as an address must be quoted; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"a\"\n}\nx = <<EOT\napp\nEOT")],
        arguments: &["-q", "."],
        says: "main.tf:6:1: error: the heredoc end marker must be alone on its line, followed by a newline; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = <<EOT\napp\nEOT)\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:4:4: error: cannot be parsed as HCL: expected newline or eof; check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = app ? a\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:33: error: cannot be parsed as HCL: expected `:`; check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:90: error: cannot be parsed as HCL: invalid nesting depth; expected at most 64 nested levels; the file may be valid; ipfix reads at most 64 nested levels. Split the expression into locals\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"${a\"\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:30: error: cannot be parsed as HCL: expected `}`; check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"my web\" {\n  iam_instance_profile = \"x\"\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:1:25: error: \"my web\" is not a valid name: a name starts with a letter or underscore and contains only letters, digits, underscores and dashes; Terraform rejects this file: fix it, then run ipfix again\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = \"\\q\"\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:29: error: cannot be parsed as HCL: invalid escape sequence; expected `n`, `r`, `t`, `u`, `U`, `\\` or `\"`; check the file with `terraform fmt`; if Terraform accepts it, this is a limitation of ipfix, which does not change the file\n",
    },
    Provoked {
        files: &[("main.tf", b"resource \"aws_instance\" \"web\" {\n  iam_instance_profile = 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1\n}\n")],
        arguments: &["-q", "."],
        says: "main.tf:2:540: error: cannot be parsed as HCL: invalid binary operation; expected at most 128 chained binary operators; the file may be valid; ipfix reads at most 128 operators in a row. Split the expression into locals\n",
    },
];
/// Templates in YAML.
pub(crate) const TEMPLATES: &[Provoked] = &[
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: a\n---\na: 1\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:7:1: error: multi-document YAML is not supported; move the template to a separate file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: a\n  Web:\n    Type: AWS::EC2::Instance\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:6:3: error: duplicate key `Web`; CloudFormation rejects this template: keep one of them\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: a\n    ? [x]\n    : y\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:6:7: error: mapping key is not a scalar; CloudFormation rejects this template: use a string as the key\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: &x [*x]\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:31: error: an alias is inside its own target; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: *nope\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:27: error: while parsing node, found unknown anchor; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: \"a\\q\"\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:27: error: while parsing a quoted scalar, found unknown escape character; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: \"\\ud83d\\ude00\"\n  R: {Type: AWS::IAM::Role}\n  W: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:30: error: a second parser, libyaml, cannot read this: found invalid Unicode character escape code at line 5 column 30, while parsing a quoted scalar at line 5 column 27; rewrite this value unambiguously, or apply the change manually: ipfix changes a template only if two independent parsers agree on it\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: {a: {\n\tb: 1}}\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:6:2: error: tabs disallowed within this context (block indentation); fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: a: b: c\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:28: error: mapping values are not allowed in this context; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: [\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:27: error: unclosed bracket '['; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: a\0\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:28: error: contains a NUL byte, so it is not a text file or is damaged; fix the file\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: caf\xe9\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:30: error: not valid UTF-8; convert the file to UTF-8\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      IamInstanceProfile: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:5:282: error: nested more than 255 levels deep (aliases expanded), the limit of ipfix; simplify this part, or check the file manually; ipfix does not change it\n",
    },
    Provoked {
        files: &[("t.yaml", b"Resources:\n  ? \n  Web: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: a}}\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:1:10: error: missing key; CloudFormation rejects this template: add the key\n",
    },
];

/// Templates in JSON.
pub(crate) const JSON_TEMPLATES: &[Provoked] = &[
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"a\", \"IamInstanceProfile\": \"b\"}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:96: error: duplicate key `IamInstanceProfile`; CloudFormation rejects this template: keep one of them\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"a\",}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:95: error: key must be a string; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"\\q\"}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:93: error: invalid escape; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"a\" // comment}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:95: error: expected `,` or `}`; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"a\tb\"}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:92: error: control character (\\u0000-\\u001F) found while parsing a string; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": 01}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:92: error: invalid number; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": 'a'}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:91: error: expected value; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}}}}\n")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:599: error: nested more than 512 levels deep, the limit of ipfix; simplify this part, or check the file manually; ipfix does not change it\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Resources\": {\"Web\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": \"a\"}}}")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:96: error: EOF while parsing an object; fix the syntax (cfn-lint may help); ipfix does not change this file\n",
    },
];
/// Unusual templates. If there is something to fix, a second parser must read them too.
pub(crate) const LIMITS: &[Provoked] = &[
    Provoked {
        files: &[("t.yaml", b"Resources:\n  R: {Type: AWS::IAM::Role}\n  W: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\nMetadata: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:4:138: error: nested more than 128 levels deep (aliases expanded), the limit for templates to fix; simplify this part, or apply the change manually\n",
    },
    Provoked {
        files: &[("t.yaml", b"Metadata:\n  a: &a [x, x, x, x, x, x, x, x, x, x]\n  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n  d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n  e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n  f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n  g: &g [*f, *f, *f, *f, *f, *f, *f, *f, *f, *f]\n  h: &h [*g, *g, *g, *g, *g, *g, *g, *g, *g, *g]\n  i: &i [*h, *h, *h, *h, *h, *h, *h, *h, *h, *h]\n  j: &j [*i, *i, *i, *i, *i, *i, *i, *i, *i, *i]\nResources:\n  R: {Type: AWS::IAM::Role}\n  W: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:1:1: error: aliases expand to more than 100 times the values in the file, the limit for templates to fix; simplify this part, or apply the change manually\n",
    },
    Provoked {
        files: &[("t.json", b"{\"Metadata\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]], \"Resources\": {\"R\": {\"Type\": \"AWS::IAM::Role\"}, \"W\": {\"Type\": \"AWS::EC2::Instance\", \"Properties\": {\"IamInstanceProfile\": {\"Ref\": \"R\"}}}}}")],
        arguments: &["-q", "t.json"],
        says: "t.json:1:140: error: nested more than 128 levels deep, the limit for files to fix; simplify this part, or apply the change manually\n",
    },
];

/// Errors of the command line and of whole files.
pub(crate) const OUTSIDE: &[Provoked] = &[
    Provoked {
        files: &[("t.yaml", b"Resources:\r  R: {Type: AWS::IAM::Role}\r  W: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\r")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:1:11: error: a carriage return without a line feed; convert the line endings of the file, then run ipfix again\n",
    },
    Provoked {
        files: &[("t.yaml", b"\xff\xfeR\0e\0s\0")],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml: error: encoded as UTF-16; convert the file to UTF-8\n",
    },
    Provoked {
        files: &[("main.tf", b"\xff\xfer\0e\0s\0")],
        arguments: &["-q", "main.tf"],
        says: "main.tf: error: encoded as UTF-16; convert the file to UTF-8\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--output-file", "main.tf", "."],
        says: "ipfix: --output-file main.tf: this file is being checked; choose another file\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"")],
        arguments: &["-q", "--output-file", "ipfix.toml", "."],
        says: "ipfix: --output-file ipfix.toml: this is a configuration file or a list of paths; choose another file\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--stdin-filename", "main.tf", "."],
        says: "ipfix: `--stdin-filename` requires `-` as the path; add `-`, or remove the option\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["--write", "-", "--stdin-filename", "main.tf", "--output-format", "json"],
        says: "ipfix: `--write -` prints only the fixed text; remove `--write`, or remove `--output-format` and `--diff`\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["--\u{1b}[31mEVIL\u{202e}.tf"],
        says: "error: unexpected argument '--\\u{1b}[31mEVIL\\u{202e}.tf' found\n\nUsage: ipfix [OPTIONS] [PATH]...\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["--color", "pink\u{7}"],
        says: "error: invalid value 'pink\\u{7}' for '--color <WHEN>'\n  [possible values: auto, always, never]\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["--isolated", "--config", "x"],
        says: "error: the argument '--isolated' cannot be used with '--config <FILE>'\n\nUsage: ipfix --isolated [PATH]...\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["--report", "sarif"],
        says: "error: invalid value 'sarif' for '--report <FORMAT=FILE>': expected FORMAT=FILE, such as sarif=ipfix.sarif\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["--report", "text=a"],
        says: "error: invalid value 'text=a' for '--report <FORMAT=FILE>': unknown format `text`; expected one of diff, full, concise, json, sarif, github, gitlab, junit, rdjson, markdown, mermaid\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--report", "json=main.tf", "."],
        says: "ipfix: --report main.tf: this file is being checked; choose another file\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("old.json", b"")],
        arguments: &["-q", "--report", "json=old.json", "--report", "sarif=./old.json", "."],
        says: "ipfix: --report ./old.json: another report is written to this file; choose another file\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--relative-to", "main.tf", "."],
        says: "ipfix: --relative-to main.tf: not a directory; specify a directory above all changed files\n",
    },
    Provoked {
        files: &[("a/main.tf", WRONG.as_bytes()), ("b/x.tf", b"")],
        arguments: &["-q", "--relative-to", "b", "."],
        says: "ipfix: --relative-to b: a/main.tf is outside this directory; specify a directory above all changed files\n",
    },
    Provoked {
        files: &[],
        arguments: &["--min-severity", "info"],
        says: "error: invalid value 'info' for '--min-severity <SEVERITY>'\n  [possible values: error, warning, note]\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["--select", "", "."],
        says: "ipfix: the name of a rule is empty; see `ipfix --list-rules`\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["--exclude", "", "."],
        says: "ipfix: `--exclude` has an empty glob; specify a pattern, or remove the option\n",
    },
    Provoked {
        files: &[("list", b"a\0b.tf\n")],
        arguments: &["-q", "--files-from", "list"],
        says: "ipfix: --files-from list: contains NUL characters; add `--null`, or write one path per line\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "main.tf/x.tf"],
        says: "main.tf/x.tf: error: Not a directory (os error 20); resolve the error above, or exclude it with `--exclude`\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--output-file", "main.tf/x", "."],
        says: "ipfix: --output-file main.tf/x: Not a directory (os error 20); choose a writable file\n",
    },
    Provoked {
        files: &[("t.yaml", "Description: a \u{2028} b\nResources:\n  R: {Type: AWS::IAM::Role}\n  W: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref R}}\n".as_bytes())],
        arguments: &["-q", "t.yaml"],
        says: "t.yaml:1:14: error: two parsers read this value differently; rewrite this value unambiguously, or apply the change manually: ipfix changes a template only if two independent parsers agree on it\n",
    },
    Provoked {
        files: &[],
        arguments: &["--colour"],
        says: "error: unexpected argument '--colour' found\n\n  tip: a similar argument exists: '--color'\n\nUsage: ipfix --color <WHEN> [PATH]...\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["--output-file"],
        says: "error: a value is required for '--output-file <FILE>' but none was supplied\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["-0"],
        says: "error: the following required arguments were not provided:\n  --files-from <FILE>\n\nUsage: ipfix --files-from <FILE> --null [PATH]...\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--jobs", "1000", "."],
        says: "error: invalid value '1000' for '--jobs <N>': the maximum is 256\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--jobs", "many", "."],
        says: "error: invalid value 'many' for '--jobs <N>': expected a number from 0 to 256\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[],
        arguments: &["-q", "--check", "--write"],
        says: "error: the argument '--check' cannot be used with '--write'\n\nUsage: ipfix --quiet --check [PATH]...\n\nFor more information, try '--help'.\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--config", "/dev/zero", "."],
        says: "/dev/zero: error: cannot be read: larger than 1 MiB; specify a configuration with `--config`\n",
    },
    Provoked {
        files: &[],
        arguments: &["--explain", "IPF"],
        says: "ipfix: `IPF` does not name a single rule; see `ipfix --list-rules`\n",
    },
    Provoked {
        files: &[],
        arguments: &["--stdin-filename", "no/main.tf", "-"],
        says: "ipfix: --stdin-filename no/main.tf: cannot list the directory: No such file or directory (os error 2); specify a file in a readable directory\n",
    },
];

/// Configuration files. All errors are reported at once, and nothing is checked.
pub(crate) const CONFIGURATIONS: &[Provoked] = &[
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"selct = []\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:1: error: unknown key `selct`; did you mean `select`?\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"qqq = 1\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:1: error: unknown key `qqq`; expected one of select, ignore, per-file-ignores, exclude, unsafe-fixes, profile-name, follow-modules, module-input\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"select = 1\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:10: error: select must be a list of rules, not a number\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"select = [\"IPF099\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:11: error: unknown rule `IPF099`; did you mean `IPF009`?\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"ignore = [3]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:11: error: a rule in ignore must be text, not a number\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"exclude = [\"a[b\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:12: error: invalid glob: unclosed character class; missing ']'; use gitignore syntax\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"exclude = [\"\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:12: error: a glob in exclude must not be empty; set a value, or remove the key\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"unsafe-fixes = \"yes\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:16: error: unsafe-fixes must be true or false, not text\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"profile-name = \"x\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:16: error: profile-name must be one of \"role-name\", \"prefix\", \"none\"\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"[per-file-ignores]\n\"a[\" = [\"IPF001\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:1: error: invalid glob: unclosed character class; missing ']'; use gitignore syntax\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"[[module-input]]\nsource = \"a\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:1: error: this module-input is missing input and takes; add the missing keys\n",
    },
    Provoked {
        files: &[
            ("main.tf", WRONG.as_bytes()),
            ("ipfix.toml", b"[[module-input]]\nsource = \"a[b\"\ninput = \"x\"\ntakes = \"name\"\n"),
        ],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:10: error: invalid glob: unclosed character class; missing ']'; use gitignore syntax\n",
    },
    Provoked {
        files: &[
            ("main.tf", WRONG.as_bytes()),
            ("ipfix.toml", b"[[module-input]]\nsource = \"a\"\ninput = \"x\"\ntakes = \"id\"\n"),
        ],
        arguments: &["-q", "."],
        says: "ipfix.toml:4:9: error: takes must be one of \"name\", \"arn\", \"nothing\"\n",
    },
    Provoked {
        files: &[
            ("main.tf", WRONG.as_bytes()),
            ("ipfix.toml", b"[[module-input]]\nsource = \"a\"\ninput = \"x\"\ntakes = \"arn\"\nq = 1\n"),
        ],
        arguments: &["-q", "."],
        says: "ipfix.toml:5:1: error: unknown key `q`; expected one of source, input, takes\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"module-input = 1\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:16: error: module-input must be a list of tables, each written as [[module-input]], not a number\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"a = = 1\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:5: error: extra `=`, expected nothing; fix the TOML syntax\nipfix.toml:1:7: error: unexpected key or value, expected newline, `#`; fix the TOML syntax\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"ignore = []\nignore = []\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:1: error: duplicate key; keep one of them\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"a = \"\xe9\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:6: error: not valid UTF-8; convert the file to UTF-8\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b""), (".ipfix.toml", b"")],
        arguments: &["-q", "."],
        says: ".ipfix.toml: error: `ipfix.toml` exists in the same directory; keep only one of them\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes())],
        arguments: &["-q", "--config", "none.toml", "."],
        says: "none.toml: error: cannot be read: No such file or directory (os error 2); check the path for typos\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"exclude = [\"# x\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:12: error: this glob matches nothing; remove it\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"exclude = \"x\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:11: error: exclude must be a list of globs, not text\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"exclude = [true]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:12: error: a glob in exclude must be text, not true or false\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"per-file-ignores = 1979-05-27\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:20: error: per-file-ignores must be a table of globs with their rules, not a date\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"[per-file-ignores]\n\"!a\" = [\"IPF001\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:1: error: a glob that starts with ! would match nothing; leave out the !\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"[per-file-ignores]\na = \"IPF001\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:5: error: per-file-ignores must be a list of rules, not text\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"[per-file-ignores]\na = [\"IPF099\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:6: error: unknown rule `IPF099`; did you mean `IPF009`?\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"ignore = [\"\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:11: error: a rule in ignore must not be empty; set a value, or remove the key\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"ignore = [\"nothing-of-the-kind\"]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:11: error: unknown rule `nothing-of-the-kind`; see `ipfix --list-rules`\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"profile-name = []\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:16: error: profile-name must be text, not a list\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"profile-name = \"roel-name\"\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:16: error: profile-name must be one of \"role-name\", \"prefix\", \"none\"; did you mean `role-name`?\n",
    },
    Provoked {
        files: &[("main.tf", WRONG.as_bytes()), ("ipfix.toml", b"module-input = [1]\n")],
        arguments: &["-q", "."],
        says: "ipfix.toml:1:17: error: a module-input must be a table with source, input and takes, not a number\n",
    },
    Provoked {
        files: &[
            ("main.tf", WRONG.as_bytes()),
            ("ipfix.toml", b"[[module-input]]\nsource = \"\"\ninput = {}\ntakes = \"arn\"\n"),
        ],
        arguments: &["-q", "."],
        says: "ipfix.toml:2:10: error: source must not be empty; set a value, or remove the key\nipfix.toml:3:9: error: input must be text, not a table\n",
    },
];
