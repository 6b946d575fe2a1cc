/** One table of everything this project promises about speed, measured side by side in one run. See bench/README.md. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { compareStatistics } from "./check.mjs";
import { reportCost, startUp } from "./command.mjs";
import { loadCheckpoint, VERSION } from "./headwise.mjs";
import { mixtureRows, nameOf } from "./mixture-rows.mjs";
import { mixtureRuns } from "./mixtures.mjs";
import { MODEL_PARTS, readOptions } from "./options.mjs";
import { contestants, ourRuns, sameStates } from "./ours.mjs";
import { startMaskingPeer, startPeers, startTrainingPeer } from "./peers.mjs";
import { pruneRuns } from "./prune.mjs";
import { pruneRows } from "./prune-rows.mjs";
import { here, median, race } from "./race.mjs";
import { oursRows, peerRows } from "./rows.mjs";
import { section } from "./table.mjs";
import { TRAINING, trainingRuns } from "./train.mjs";
import { RATE, rateRows, stepRows } from "./train-rows.mjs";

const result = { headwise: VERSION, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, times: {}, rows: {} };
const say = (text) => process.stdout.write(`${text}\n\n`);

/** Print a section and keep it for --json. */
function show(title, rows, times = new Map(), unit = {}) {
  Object.assign(result.times, Object.fromEntries(times));
  result.rows[title] = rows;
  say(section(title, rows, unit));
}

async function measureOurs(ours, options) {
  const times = await race(contestants(ours.runs), options);
  for (const [title, rows] of Object.entries(oursRows(times))) show(title, rows, times);
}

async function measurePeers(ours, checkpoint, options) {
  const folder = await mkdtemp(join(tmpdir(), "headwise-bench-"));
  const out = { torch: join(folder, "torch.safetensors"), tlens: join(folder, "tlens.safetensors") };
  const peers = await startPeers(options, out);
  const present = Object.entries(peers).filter(([, peer]) => !peer.missing);
  try {
    if (options.parts.includes("check")) await check(checkpoint, peers, out, options);
    if (!options.parts.includes("peers")) return;
    const own = contestants(ours.runs, ["plain, weights fed", "raw+norm", "raw+norm, whole pass"]);
    const all = [...own, ...present.flatMap(([, peer]) => peer.contestants)];
    const times = await race(all, options);
    for (const [title, rows] of Object.entries(peerRows(times, peers))) show(title, rows, times);
    result.peers = Object.fromEntries(present.map(([name, { about, peakBytes }]) => [name, { ...about, peakBytes }]));
  } finally {
    for (const [, peer] of present) peer.stop();
    await rm(folder, { recursive: true });
  }
}

/** Each Python peer's statistics against ours. */
async function check(checkpoint, peers, out, { threads }) {
  result.check = {};
  for (const [name, path] of Object.entries(out)) {
    if (peers[name].missing) {
      say(`Check against ${name}: ${peers[name].missing} (see bench/peers/README.md)`);
      continue;
    }
    const apart = await compareStatistics(checkpoint, path, threads);
    result.check[name] = apart;
    const words = Object.entries(apart).map(([key, d]) => `${key} ${d.toExponential(0)}`);
    say(`Check: our statistics equal ${name}'s for every text and head; largest differences:\n  ${words.join(", ")}`);
  }
}

async function measurePruning(checkpoint, options) {
  const ours = await pruneRuns(checkpoint, options);
  const peer = await startMaskingPeer(options);
  try {
    const own = Object.entries(ours.runs).map(([name, run]) => here(name, run));
    const times = await race([...own, ...(peer.contestants ?? [])], { ...options, repeats: Math.min(2, options.repeats) });
    for (const [title, rows] of Object.entries(pruneRows(times, ours, peer))) show(title, rows, times);
    result.maskingPeer = peer.missing ?? peer.about;
  } finally {
    peer.stop?.();
    await ours.release();
  }
}

async function measureMixtures(options) {
  const ours = await mixtureRuns(options);
  try {
    const times = await race(
      ours.runs.map((one) => here(nameOf(one), one.run, options.clock)),
      options,
    );
    for (const [title, rows] of Object.entries(mixtureRows(times, ours.runs))) show(title, rows, times);
  } finally {
    await ours.release();
  }
}

async function measureTraining(options) {
  const ours = await trainingRuns(options);
  const peer = await startTrainingPeer(options, TRAINING);
  try {
    const own = Object.entries(ours.runs).map(([name, run]) => here(`ours.${name}`, run));
    const times = await race([...own, ...(peer.contestants ?? [])], options);
    for (const [title, rows] of Object.entries(stepRows(times, peer, options))) show(title, rows, times);
    for (const [title, rows] of Object.entries(rateRows(times, peer, options))) show(title, rows, times, RATE);
    result.trainingPeer = peer.missing ?? { ...peer.about, peakBytes: peer.peakBytes, withoutCompile: peer.withoutCompile };
  } finally {
    peer.stop?.();
    await ours.release();
  }
}

async function measureCommand(options) {
  const { help, empty } = await startUp(10);
  const ms = median(help);
  result.startUp = { help, empty };
  const verdict = ms < 200 ? "met" : "MISSED";
  say(
    `headwise --help: median of ${help.length} ${ms.toFixed(0)} ms, least ${Math.min(...help).toFixed(0)} (Node alone: ${median(empty).toFixed(0)} ms); goal < 200 ms ${verdict}`,
  );
  if (!options.conllu) return say("headwise report: not timed (give --conllu FILE)");
  result.report = await reportCost(options);
  const { wallSeconds, seconds, peakBytes, sentences, tokens } = result.report;
  say(
    `headwise report on ${basename(options.conllu)} (${sentences} sentences, ${tokens} tokens): ${wallSeconds.toFixed(1)} s in all, ${seconds.toFixed(1)} s after loading; peak memory ${(peakBytes / 2 ** 20).toFixed(0)} MiB`,
  );
}

async function measureModel(options) {
  const { batch, length, threads, parts } = options;
  const checkpoint = await loadCheckpoint(options.model);
  const { heads, width, architecture } = checkpoint.config;
  say(
    `${architecture}, ${heads.length} layers × ${heads[0]} heads, width ${width}; ${batch} × ${length} tokens, ${threads} threads, float32`,
  );
  const ours = await ourRuns(checkpoint, options);
  result.handWrittenDifference = await sameStates(ours.runs);
  say(`Check: the hand-written graph equals ours within ${result.handWrittenDifference.toExponential(0)}`);
  if (parts.includes("ours")) await measureOurs(ours, options);
  if (parts.includes("peers") || parts.includes("check")) await measurePeers(ours, checkpoint, options);
  await ours.release();
  if (parts.includes("prune")) await measurePruning(checkpoint, options);
}

const options = readOptions();
const { model, batch, length, threads, rounds, repeats, clock, parts } = options;
Object.assign(result, {
  model: model && basename(model),
  batch,
  length,
  threads,
  rounds,
  repeats,
  clock,
  loadBefore: loadavg()[0],
});
say(`Headwise ${VERSION}; ${threads} threads; load of the machine before: ${loadavg()[0].toFixed(1)}`);
if (parts.some((part) => MODEL_PARTS.includes(part))) await measureModel(options);
if (parts.includes("train")) await measureTraining(options);
if (parts.includes("mixtures")) await measureMixtures(options);
if (parts.includes("command")) await measureCommand(options);
if (options.json) await writeFile(options.json, `${JSON.stringify({ ...result, loadAfter: loadavg()[0] }, null, 2)}\n`);
