// A registry on this machine that has the tarballs of a directory and nothing else. Prints its address, then serves until it is killed.
//
//   node registry.mjs DIRECTORY
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const directory = process.argv[2];
const packages = new Map();
for (const file of readdirSync(directory)) {
  const tarball = join(directory, file);
  const description = JSON.parse(execFileSync("tar", ["-xzOf", tarball, "package/package.json"]));
  packages.set(description.name, { description, file, content: readFileSync(tarball) });
}

const server = createServer((request, response) => {
  const path = decodeURIComponent(request.url.slice(1));
  const [found] = [...packages.values()].filter(({ file }) => path === `tarballs/${file}`);
  if (found) {
    response.end(found.content);
    return;
  }
  const known = packages.get(path);
  response.setHeader("content-type", "application/json");
  if (!known) {
    response.statusCode = 404;
    response.end("{}");
    return;
  }
  const { description, file, content } = known;
  const dist = {
    tarball: `http://${request.headers.host}/tarballs/${file}`,
    integrity: `sha512-${createHash("sha512").update(content).digest("base64")}`,
  };
  const versions = { [description.version]: { ...description, dist } };
  response.end(JSON.stringify({ name: description.name, "dist-tags": { latest: description.version }, versions }));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
