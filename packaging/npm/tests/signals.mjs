// Sends signals to an installed ipfix that waits for its input, as `kill`, a terminal and the kernel do, and checks how it ends.
//
//   node signals.mjs COMMAND
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const command = process.argv[2];

/** The process ids of the children of a process. */
const children = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);

/** Runs the command until `send` has sent a signal. */
async function ending(send) {
  // A process group of its own, as a shell gives to a command.
  const shim = spawn(command, ["-", "--stdin-filename", "main.tf"], { stdio: ["pipe", "pipe", "pipe"], detached: true });
  let stderr = "";
  shim.stderr.on("data", (data) => (stderr += data));
  const exit = new Promise((resolve) => shim.on("close", (status, signal) => resolve({ status, signal })));
  while (children(shim.pid).length === 0) await sleep(10);
  const [program] = children(shim.pid);
  // The child is a copy of node until it runs the program.
  while (!readFileSync(`/proc/${program}/comm`, "utf8").startsWith("ipfix")) await sleep(10);
  // And the shim handles signals a moment later.
  await sleep(200);
  send(shim.pid, Number(program));
  const end = await Promise.race([exit, sleep(10_000, undefined, { ref: false })]);
  if (!end) throw new Error("still running after ten seconds");
  return { ...end, stderr, left: existsSync(`/proc/${program}`) };
}

async function check(what, signal, send) {
  const end = await ending(send);
  if (end.signal !== signal || end.stderr !== "" || end.left) throw new Error(`${what}: ${JSON.stringify(end)}`);
  console.log(`ok: ${what}`);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
  await check(`${signal} to the script`, signal, (shim) => process.kill(shim, signal));
  await check(`${signal} to both, as from a terminal`, signal, (shim) => process.kill(-shim, signal));
}
for (const signal of ["SIGKILL", "SIGTERM", "SIGABRT"]) {
  await check(`${signal} to the program`, signal, (_, program) => process.kill(program, signal));
}
