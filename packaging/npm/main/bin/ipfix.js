#!/usr/bin/env node
// Runs the ipfix of this platform, which npm installed as an optional dependency of this package.
"use strict";

const { spawn } = require("node:child_process");
const os = require("node:os");
const platforms = require("../platforms.json");

// The status of ipfix for all its own failures.
const FAILURE = 2;

/** "glibc" or "musl" on Linux. */
function libc() {
  if (!process.report) return "musl";
  // Otherwise Node looks up the names of all network interfaces first.
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
}

/** The path of the program in a package, if the package is installed. */
function program(platform) {
  try {
    return require.resolve(`${platform.package}/bin/ipfix${platform.os === "win32" ? ".exe" : ""}`);
  } catch {
    return undefined;
  }
}

/** The program for this platform, or a message that says what to do. */
function find() {
  const here = platforms.filter((platform) => platform.os === process.platform && platform.cpu === process.arch);
  if (here.length === 0) {
    return { message: `there is no program for ${process.platform} ${process.arch} on npm` };
  }
  const linux = process.platform === "linux" ? libc() : undefined;
  // The program for musl is static and runs with any libc; the one for glibc runs only with glibc.
  const usable = here
    .filter((platform) => platform.libc !== "glibc" || linux === "glibc")
    .sort((a, b) => Number(b.libc === linux) - Number(a.libc === linux));
  for (const platform of usable) {
    const path = program(platform);
    if (path) return { path };
  }
  return {
    message:
      `the package ${usable[0].package} is not installed. It is an optional dependency of ipfix-iac: install again, ` +
      "without --omit=optional or --no-optional, on the platform where it runs",
  };
}

function fail(message) {
  console.error(`ipfix: ${message}.\nOther ways to install ipfix: \`pip install ipfix-iac\`, or \`cargo install --locked ipfix-iac\` on any platform with Rust.`);
  process.exitCode = FAILURE;
}

/**
 * Runs the program. This process only waits, but it can be the only one that a signal reaches (`kill`, a time limit of CI, a supervisor), so it forwards
 * signals. spawnSync cannot: the program would go on without its parent.
 */
function run(path) {
  // The streams are inherited: ipfix itself sees the terminal, the file or the closed pipe.
  const child = spawn(path, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
  const windows = process.platform === "win32";
  const forwarded = ["SIGINT", "SIGTERM", "SIGHUP", ...(windows ? [] : ["SIGQUIT", "SIGUSR1", "SIGUSR2"])];
  // A terminal sends SIGINT and SIGQUIT to both processes; the second one does no harm. Nothing is sent to a child that has ended. On Windows,
  // the console has told the program itself, and to forward the signal would end it at once.
  for (const signal of forwarded) process.on(signal, () => windows || child.kill(signal));
  child.on("error", (error) => fail(`${path} cannot be run (${error.code ?? error.message})`));
  child.on("exit", (status, signal) => {
    if (signal === null) {
      process.exitCode = status;
      return;
    }
    // Ends as ipfix ended, so that a shell sees the signal. Should this process survive, the status is that of shells.
    process.exitCode = windows ? FAILURE : 128 + (os.constants.signals[signal] ?? 0);
    if (windows) return;
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const found = find();
if (found.path) run(found.path);
else fail(found.message);
