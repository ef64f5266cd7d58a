/** The compiled module, in runtimes and bundlers that import WebAssembly: the argument of `load` of `grantmint/load`. */
declare const module: object
export default module
