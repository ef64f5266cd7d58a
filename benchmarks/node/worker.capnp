# The service of node/worker.mjs. Names of modules are relative to each other as the files are.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "node/worker.mjs", esModule = embed "worker.mjs"),
    (name = "node/claims.mjs", esModule = embed "claims.mjs"),
    (name = "node_modules/grantmint/edge/workerd.mjs", esModule = embed "../node_modules/grantmint/edge/workerd.mjs"),
    (name = "node_modules/grantmint/edge/load.mjs", esModule = embed "../node_modules/grantmint/edge/load.mjs"),
    (name = "node_modules/grantmint/edge/classes.mjs", esModule = embed "../node_modules/grantmint/edge/classes.mjs"),
    (name = "node_modules/grantmint/edge/engine.mjs", esModule = embed "../node_modules/grantmint/edge/engine.mjs"),
    (name = "node_modules/grantmint/grantmint.wasm", wasm = embed "../node_modules/grantmint/grantmint.wasm"),
  ],
);
