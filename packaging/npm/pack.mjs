// Writes the tarballs of the npm packages.
//
//   node pack.mjs OUTPUT TARGET=BINARY...
//
// Versions, description, license and addresses come from Cargo.toml, platforms from platforms.json.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const [output, ...binaries] = process.argv.slice(2);
const platforms = JSON.parse(readFileSync(join(here, "platforms.json"), "utf8"));

const manifest = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version=1", "--no-deps"], { cwd: root, maxBuffer: 1 << 26 }),
).packages.find((found) => found.name === "ipfix-iac");

/** What all packages have in common. */
const common = {
  version: manifest.version,
  description: manifest.description,
  license: `(${manifest.license})`,
  homepage: manifest.homepage,
  repository: { type: "git", url: `git+${manifest.repository}.git` },
  bugs: `${manifest.repository}/issues`,
};

/** Lets `npm pack` make a tarball of a directory that `fill` fills. */
function pack(description, fill) {
  const directory = mkdtempSync(join(tmpdir(), "ipfix-npm-"));
  try {
    for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(root, license), join(directory, license));
    writeFileSync(join(directory, "package.json"), JSON.stringify(description, null, 2) + "\n");
    fill(directory);
    const options = ["pack", "--silent", "--ignore-scripts", "--pack-destination", output];
    // npm is a script on Windows, which only a shell runs.
    const name = execFileSync("npm", options, { cwd: directory, encoding: "utf8", shell: process.platform === "win32" });
    console.log(join(output, name.trim()));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function packPlatform({ package: name, os, cpu, libc, target }, binary) {
  const program = os === "win32" ? "ipfix.exe" : "ipfix";
  const description = {
    name,
    ...common,
    description: `The program of the package ipfix-iac for ${target}`,
    os: [os],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    files: ["bin", "LICENSE-*"],
    // Yarn keeps packages zipped, and a program in a zip file cannot be run.
    preferUnplugged: true,
  };
  pack(description, (directory) => {
    mkdirSync(join(directory, "bin"));
    copyFileSync(binary, join(directory, "bin", program));
    chmodSync(join(directory, "bin", program), 0o755);
    writeFileSync(join(directory, "README.md"), `# ${name}\n\nThe program of the package \`ipfix-iac\` for ${target}. Install \`ipfix-iac\`.\n`);
  });
}

function packMain() {
  const { name, ...template } = JSON.parse(readFileSync(join(here, "main/package.json"), "utf8"));
  const optionalDependencies = Object.fromEntries(platforms.map((platform) => [platform.package, manifest.version]));
  pack({ name, ...common, ...template, optionalDependencies }, (directory) => {
    cpSync(join(here, "main/bin"), join(directory, "bin"), { recursive: true });
    copyFileSync(join(here, "platforms.json"), join(directory, "platforms.json"));
    const readme = readFileSync(join(here, "main/README.md"), "utf8");
    writeFileSync(join(directory, "README.md"), readme.replaceAll("@homepage@", manifest.homepage));
  });
}

mkdirSync(output, { recursive: true });
for (const pair of binaries) {
  const target = pair.slice(0, pair.indexOf("="));
  const platform = platforms.find((known) => known.target === target);
  if (!platform) throw new Error(`${target} is not in platforms.json`);
  packPlatform(platform, pair.slice(target.length + 1));
}
packMain();
